/// Keeps that each step has exactly one option, and that all together keep to the budgets.
struct ModePropagator {
    let model: ProofModel
    /// Steps that have a choice.
    private let choices: [Int]
    /// Of budget b by step s, the least of all options: `least[s * budgets + b]`.
    private let least: [Int]

    init(_ model: ProofModel) {
        self.model = model
        choices = (0..<model.count).filter(model.hasChoice)
        let budgets = model.limits.count
        least = (0..<model.count).flatMap { step in
            (0..<budgets).map { budget in
                model.modes(of: step).reduce(Int.max) { min($0, model.uses[$1 * budgets + budget]) }
            }
        }
    }

    /// Looks at a step of which an option was chosen or excluded; false: that can not be.
    func propagate(_ step: Int, _ trail: inout BoundTrail) -> Bool {
        var possible: [Int] = []
        for mode in model.modes(of: step) where model.isPossible(mode, trail) { possible.append(mode) }
        if let chosen = possible.first(where: { trail.least(model.modeVariables[$0]) > 0 }) {
            // Above the bound that says so by one: ⟦excluded ≥ 0⟧ from ⟦chosen ≥ 1⟧.
            let reason = Reason.shift(source: model.chosen(chosen).bound, offset: -1, modes: nil)
            for mode in possible where mode != chosen {
                guard trail.raise(model.excluded(mode), reason) else { return false }
            }
            return true
        }
        guard possible.count <= 1 else { return true }
        let others = model.modes(of: step).filter { $0 != possible.first }.map(model.excluded)
        let reason = trail.store(others)
        guard let last = possible.first else { return trail.fail(reason) }
        return trail.raise(model.chosen(last), reason)
    }

    /// Excludes options that a budget has no room for; false: there is too little for the least of all.
    func keepBudgets(_ trail: inout BoundTrail) -> Bool {
        let budgets = model.limits.count
        for budget in 0..<budgets {
            var left = model.limits[budget]
            for step in 0..<model.count { left -= leastUse(step, budget, trail) }
            guard left >= 0 else { return trail.fail(trail.store(explanation(budget, trail, but: -1))) }
            for step in choices {
                let least = leastUse(step, budget, trail)
                for mode in model.modes(of: step)
                where model.uses[mode * budgets + budget] - least > left && model.isPossible(mode, trail) {
                    let reason = trail.store(explanation(budget, trail, but: step))
                    guard trail.raise(model.excluded(mode), reason) else { return false }
                }
            }
        }
        return true
    }

    private func leastUse(_ step: Int, _ budget: Int, _ trail: BoundTrail) -> Int {
        let budgets = model.limits.count
        guard model.hasChoice(step) else { return least[step * budgets + budget] }
        var use = Int.max
        for mode in model.modes(of: step) where model.isPossible(mode, trail) {
            use = min(use, model.uses[mode * budgets + budget])
        }
        return use < Int.max ? use : least[step * budgets + budget]
    }

    /// Why the steps, but for one, need as much as they do.
    private func explanation(_ budget: Int, _ trail: BoundTrail, but given: Int) -> [BoundLiteral] {
        let budgets = model.limits.count
        var literals: [BoundLiteral] = []
        for step in choices where step != given {
            let use = leastUse(step, budget, trail)
            guard use > least[step * budgets + budget] else { continue }
            for mode in model.modes(of: step) where model.uses[mode * budgets + budget] < use {
                literals.append(model.excluded(mode))
            }
        }
        return literals
    }
}
