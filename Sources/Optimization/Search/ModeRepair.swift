/// Chooses other modes for steps until all budgets are kept, as far as it succeeds.
struct ModeRepair {
    /// Changes tried for each step.
    private static let patience = 6

    private let tables: NetworkTables
    /// Steps with a choice.
    private let open: [Int]
    private var left: [Int]

    init(_ tables: NetworkTables) {
        self.tables = tables
        open = (0..<tables.count).filter { tables.modeOffsets[$0 + 1] - tables.modeOffsets[$0] > 1 }
        left = Array(tables.limits)
    }

    /// Steps that can be run in more than one mode.
    var choices: [Int] { open }

    mutating func repair(_ modes: UnsafeMutableBufferPointer<Int>, _ random: inout RandomSource) {
        let budgets = tables.budgetCount
        guard budgets > 0, !open.isEmpty else { return }
        for budget in 0..<budgets { left[budget] = tables.limits[budget] }
        for step in 0..<tables.count {
            for budget in 0..<budgets { left[budget] -= tables.uses[modes[step] * budgets + budget] }
        }
        var tries = Self.patience * open.count
        while tries > 0, left.contains(where: { $0 < 0 }) {
            tries -= 1
            let step = open[random.below(open.count)]
            let present = modes[step]
            var best = (change: 0.0, mode: present)
            var seen = 1
            for mode in tables.modeOffsets[step]..<tables.modeOffsets[step + 1] where mode != present {
                let change = change(mode, instead: present)
                if change < best.change {
                    best = (change, mode)
                    seen = 1
                } else if change == best.change {
                    // One of the equal ones, each as likely.
                    seen += 1
                    if random.below(seen) == 0 { best = (change, mode) }
                }
            }
            guard best.mode != present else { continue }
            for budget in 0..<budgets {
                left[budget] -= tables.uses[best.mode * budgets + budget] - tables.uses[present * budgets + budget]
            }
            modes[step] = best.mode
        }
    }

    /// Of the sum of what is passed, each as a share of its limit.
    private func change(_ mode: Int, instead present: Int) -> Double {
        let budgets = tables.budgetCount
        var change = 0.0
        for budget in 0..<budgets {
            let more = tables.uses[mode * budgets + budget] - tables.uses[present * budgets + budget]
            let after = min(0, left[budget] - more), before = min(0, left[budget])
            guard after != before else { continue }
            change += Double(before - after) / Double(max(1, tables.limits[budget].magnitude))
        }
        return change
    }
}
