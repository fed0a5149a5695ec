/// The keys that each priority rule gives to the steps, in both directions of time.
struct RuleKeys {
    /// Random samples start from a rule drawn from these: the better ones more often.
    private static let drawn: [PriorityRule] = [
        .latestFinish, .latestFinish, .latestFinish, .latestStart, .latestStart, .mostSuccessors, .greatestRankWeight,
        .minimumSlack,
    ]

    private let forward: [PriorityRule: [Double]]
    private let backward: [PriorityRule: [Double]]

    init(_ project: Project, _ windows: TimeWindows, _ memory: NetworkMemory) {
        let reversed = TimeWindows(project, .backward)
        forward = Self.keys(windows, memory.forward)
        backward = Self.keys(reversed, memory.backward)
    }

    func keys(_ rule: PriorityRule, _ side: Justifier.Start) -> [Double] {
        (side == .forward ? forward : backward)[rule] ?? []
    }

    func drawnKeys(_ side: Justifier.Start, _ random: inout RandomSource) -> [Double] {
        keys(Self.drawn[random.below(Self.drawn.count)], side)
    }

    private static func keys(_ windows: TimeWindows, _ view: NetworkView) -> [PriorityRule: [Double]] {
        Dictionary(uniqueKeysWithValues: PriorityRule.allCases.map { ($0, $0.keys(windows, view)) })
    }
}
