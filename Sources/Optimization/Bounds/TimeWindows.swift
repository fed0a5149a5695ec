/// What precedence alone says about when each step can run, in one direction of time.
struct TimeWindows {
    enum Direction {
        case forward
        /// From the end: what comes after a step here comes before it in the flow.
        case backward
    }

    /// Longest chain of durations before each step: it cannot start earlier.
    let heads: [Int]
    /// Longest chain of durations behind each step: it must have finished that long before the end.
    let tails: [Int]
    /// Length of the critical path.
    let length: Int
    /// How many steps come after each, directly or not.
    ///
    /// Above `exactCountLimit` steps an estimate that counts a step once for each way to it, capped: it only orders
    /// priorities.
    let successorCounts: [Int]

    private static let exactCountLimit = 2_000

    init(_ project: Project, _ direction: Direction = .forward) {
        let before = direction == .forward ? project.predecessors : project.successors
        let after = direction == .forward ? project.successors : project.predecessors
        let numbers = Array(0..<project.count)
        let order = direction == .forward ? numbers : numbers.reversed()

        var heads = [Int](repeating: 0, count: project.count)
        for step in order {
            for other in before[step] { heads[step] = max(heads[step], heads[other] + project.durations[other]) }
        }
        var tails = [Int](repeating: 0, count: project.count)
        for step in order.reversed() {
            for other in after[step] { tails[step] = max(tails[step], tails[other] + project.durations[other]) }
        }
        self.heads = heads
        self.tails = tails
        length = numbers.reduce(0) { max($0, heads[$1] + project.durations[$1] + tails[$1]) }
        successorCounts = Self.counts(after, order)
    }

    private static func counts(_ after: Adjacency, _ order: [Int]) -> [Int] {
        guard order.count <= exactCountLimit else {
            var counts = [Int](repeating: 0, count: order.count)
            for step in order.reversed() {
                counts[step] = after[step].reduce(0) { min(order.count, $0 + counts[$1] + 1) }
            }
            return counts
        }
        let words = (order.count + 63) / 64
        var reached = [UInt64](repeating: 0, count: order.count * words)
        for step in order.reversed() {
            for other in after[step] {
                for word in 0..<words { reached[step * words + word] |= reached[other * words + word] }
                reached[step * words + other / 64] |= 1 << UInt64(other % 64)
            }
        }
        return order.indices.map { step in
            (0..<words).reduce(0) { $0 + reached[step * words + $1].nonzeroBitCount }
        }
    }
}
