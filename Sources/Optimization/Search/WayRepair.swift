/// Chooses other ways for steps until all budgets are kept, as far as it succeeds.
struct WayRepair {
    /// Changes tried for each step.
    private static let patience = 6

    private let tables: NetworkTables
    /// Steps with a choice.
    private let open: [Int]
    private var left: [Int]

    init(_ tables: NetworkTables) {
        self.tables = tables
        open = (0..<tables.count).filter { tables.wayOffsets[$0 + 1] - tables.wayOffsets[$0] > 1 }
        left = Array(tables.limits)
    }

    /// Steps that can be run in more than one way.
    var choices: [Int] { open }

    mutating func repair(_ ways: UnsafeMutableBufferPointer<Int>, _ random: inout RandomSource) {
        let budgets = tables.budgetCount
        guard budgets > 0, !open.isEmpty else { return }
        for budget in 0..<budgets { left[budget] = tables.limits[budget] }
        for step in 0..<tables.count {
            for budget in 0..<budgets { left[budget] -= tables.uses[ways[step] * budgets + budget] }
        }
        var tries = Self.patience * open.count
        while tries > 0, left.contains(where: { $0 < 0 }) {
            tries -= 1
            let step = open[random.below(open.count)]
            let present = ways[step]
            var best = (change: 0.0, way: present)
            var seen = 1
            for way in tables.wayOffsets[step]..<tables.wayOffsets[step + 1] where way != present {
                let change = change(way, instead: present)
                if change < best.change {
                    best = (change, way)
                    seen = 1
                } else if change == best.change {
                    // One of the equal ones, each as likely.
                    seen += 1
                    if random.below(seen) == 0 { best = (change, way) }
                }
            }
            guard best.way != present else { continue }
            for budget in 0..<budgets {
                left[budget] -= tables.uses[best.way * budgets + budget] - tables.uses[present * budgets + budget]
            }
            ways[step] = best.way
        }
    }

    /// Of the sum of what is passed, each as a share of its limit.
    private func change(_ way: Int, instead present: Int) -> Double {
        let budgets = tables.budgetCount
        var change = 0.0
        for budget in 0..<budgets {
            let more = tables.uses[way * budgets + budget] - tables.uses[present * budgets + budget]
            let after = min(0, left[budget] - more), before = min(0, left[budget])
            guard after != before else { continue }
            change += Double(before - after) / Double(max(1, tables.limits[budget].magnitude))
        }
        return change
    }
}
