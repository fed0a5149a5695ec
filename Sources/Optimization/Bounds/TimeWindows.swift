/// What precedence alone says about when each step can run.
struct TimeWindows {
    /// Longest chain of durations before each step: it cannot start earlier.
    let heads: [Int]
    /// Longest chain of durations behind each step: it must have finished that long before the end.
    let tails: [Int]
    /// Length of the critical path.
    let length: Int

    init(_ project: Project) {
        var heads = [Int](repeating: 0, count: project.count)
        for step in 0..<project.count {
            for other in project.predecessors[step] {
                heads[step] = max(heads[step], heads[other] + project.durations[other])
            }
        }
        var tails = [Int](repeating: 0, count: project.count)
        for step in (0..<project.count).reversed() {
            for other in project.successors[step] {
                tails[step] = max(tails[step], tails[other] + project.durations[other])
            }
        }
        self.heads = heads
        self.tails = tails
        length = (0..<project.count).reduce(0) { max($0, heads[$1] + project.durations[$1] + tails[$1]) }
    }
}
