/// How much later each step can start: the schedule pushed to the right as far as it goes.
enum SlackTimes {
    /// In time units, by step.
    ///
    /// Taking the steps by falling finish, each moves as late as it can; no step starts earlier than before, and where
    /// all have moved the schedule is still feasible.
    static func slack(_ project: Project, _ solution: Solution) -> [Int] {
        let memory = NetworkMemory(project)
        let generator = SerialGenerator(memory)
        let list = UnsafeMutableBufferPointer<Int>.filled(project.count)
        defer { list.deallocate() }
        let finish = { solution.starts[$0] + project.durations[$0] }
        let order = (0..<project.count).sorted { (finish($0), $0) > (finish($1), $1) }
        for (place, step) in order.enumerated() { list[place] = step }
        _ = generator.generate(list, memory.backward)
        return (0..<project.count).map { step in
            // The generator's time runs from the end.
            solution.makespan - generator.starts[step] - project.durations[step] - solution.starts[step]
        }
    }
}
