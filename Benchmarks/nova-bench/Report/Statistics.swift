extension Collection where Element: Comparable {
    /// The element that this part (0 to 1) of all elements does not exceed; nil where there is none.
    func percentile(_ part: Double) -> Element? {
        guard !isEmpty else { return nil }
        let sorted = sorted()
        let rank = (part * Double(sorted.count)).rounded(.up)
        return sorted[Swift.min(sorted.count - 1, Swift.max(0, Int(rank) - 1))]
    }

    /// The middle one; of an even number, the lower of the two.
    var median: Element? { percentile(0.5) }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}

/// Runs `body` in `tasks` tasks at once, together at least `count` times.
///
/// - Returns: calls per second.
func throughput(
    tasks: Int,
    count: Int,
    _ body: @escaping @Sendable (_ task: Int, _ turn: Int) async throws -> Void
) async throws -> Double {
    let turns = (count + tasks - 1) / tasks
    let began = ContinuousClock.now
    try await withThrowingTaskGroup { group in
        for task in 0..<tasks {
            group.addTask {
                for turn in 0..<turns { try await body(task, turn) }
            }
        }
        try await group.waitForAll()
    }
    return Double(tasks * turns) / began.duration(to: .now).seconds
}
