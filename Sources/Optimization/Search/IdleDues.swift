extension Network {
    /// Whether there are due dates, and no plan that is worth having is late for any of them: they change nothing.
    ///
    /// The plan of the submitted order is late for none, and a longer one is no better where nothing but the makespan and lateness
    /// count. Of the others each step finishes by the greatest length less what comes after it.
    var hasIdleDues: Bool {
        guard dues.contains(where: { $0 < Int.max }), onlyTimeCounts,
            (0..<count).allSatisfy({ !ways.of($0).isEmpty })
        else { return false }
        let tables = NetworkTables(self)
        let generator = TimelineGenerator(tables)
        let list = UnsafeMutableBufferPointer<Int>.filled(count)
        defer { list.deallocate() }
        for step in 0..<count {
            list[step] = step
            generator.ways[step] = ways.offsets[step]
        }
        let score = Scoring(tables, measure: .mean).score(generator, passed: generator.generate(list, .forward))
        guard score.isSound else { return false }
        let tails = TimeWindows(self).tailsBehindFinish(self)
        return (0..<count).allSatisfy { score.makespan - tails[$0] <= dues[$0] }
    }
}
