/// Looks among the schedules that are as good in the objective for the cheapest, among those for the best, and among those for
/// the shortest.
///
/// A search for the objective ends when nothing is better in it; what it found first may cost more than another that is as good.
struct EqualSchedules {
    /// Branchings of a proof, and schedules of a search: few, as the objective is what was asked for.
    private static let nodes = 3_000

    /// Of one search.
    static func schedules(steps: Int) -> Int { min(300, max(50, 30_000 / max(1, steps))) }

    private enum Figure {
        case makespan
        case cost
        case quality
    }

    private let flow: Flow
    private let network: Network
    private let scoring: Scoring
    private let order: [Int]

    init(_ flow: Flow, _ network: Network, _ scoring: Scoring, order: [Int]) {
        self.flow = flow
        self.network = network
        self.scoring = scoring
        self.order = order
    }

    /// Whether they can differ in cost or quality at all: some step has a choice between the two.
    var canDiffer: Bool { differs(.cost) || differs(.quality) }

    /// Whether some plans of a network cost more than others.
    static func costsDiffer(_ network: Network) -> Bool { differs(.cost, network) }

    private func differs(_ figure: Figure) -> Bool { Self.differs(figure, network) }

    private static func differs(_ figure: Figure, _ network: Network) -> Bool {
        let modes = network.modes
        return (0..<network.count).contains { step in
            let first = modes.offsets[step]
            return modes.of(step).contains {
                switch figure {
                case .makespan: true
                case .cost: modes.costs[$0] != modes.costs[first]
                case .quality: modes.qualities[$0] != modes.qualities[first]
                }
            }
        }
    }

    /// The best of the plans that are as good as `plan`, and whether it is proven that there is none better among them.
    ///
    /// Where the objective is one figure alone it is held fast, and the next one is asked for, so that the search is led by it;
    /// of an objective that mixes figures, or counts lateness, the plan itself is improved.
    func settle(_ plan: Plan, _ budget: inout WhatIfBudget) -> (plan: Plan, isProven: Bool) {
        var best = plan
        var isProven = true
        func ask(_ variant: Flow, of left: Int, lexical: Bool) {
            let solver = VariantSolver(flow, order: order, present: Schedule(network, best, flow: flow))
            guard let answer = budget.ask(of: left, { solver.answer(variant, $0, tryingAll: Self.nodes) }) else {
                isProven = false
                return
            }
            isProven = isProven && (lexical ? answer.isExhausted : answer.isOptimal)
            guard let found = Plan(answer.schedule, network, flow, scoring), found.score.violation == 0,
                found.score < best.score
            else { return }
            best = found
        }
        guard let alone else {
            ask(flow, of: 4, lexical: true)
            return (best, isProven)
        }
        var constraints = flow.constraints
        let others = [Figure.cost, .quality, .makespan].filter { $0 != alone }
        hold(alone, of: best, &constraints)
        for figure in others where differs(figure) {
            ask(flow.with(constraints: constraints, objective: objective(figure)), of: 4, lexical: false)
            hold(figure, of: best, &constraints)
        }
        return (best, isProven)
    }

    /// The figure that is the whole objective; nil: it is several.
    private var alone: Figure? {
        let isLateness = (0..<network.count).contains { network.dues[$0] < Int.max && network.weights[$0] > 0 }
        let objective = flow.objective
        switch (objective.makespan > 0, objective.cost > 0, objective.quality > 0) {
        case _ where isLateness: return nil
        case (true, false, false): return .makespan
        case (false, true, false): return .cost
        case (false, false, true): return .quality
        default: return nil
        }
    }

    private func objective(_ figure: Figure) -> FlowObjective {
        switch figure {
        case .makespan: .makespan
        case .cost: FlowObjective(cost: 1)
        case .quality: FlowObjective(quality: 1)
        }
    }

    /// No worse in it than the plan is.
    private func hold(_ figure: Figure, of plan: Plan, _ constraints: inout FlowConstraints) {
        switch figure {
        case .makespan: constraints.deadline = network.seconds(plan.score.makespan)
        case .cost: constraints.maximumCost = FixedPoint.double(plan.score.cost)
        case .quality:
            let measure = flow.constraints.minimumQuality?.measure ?? .mean
            constraints.minimumQuality = .init(min(1, max(0, plan.score.quality)), measure)
        }
    }
}

extension Plan {
    /// The plan that a schedule of the same steps is; nil: it is none of this network.
    init?(_ schedule: Schedule, _ network: Network, _ flow: Flow, _ scoring: Scoring) {
        let scheduled = Dictionary(schedule.steps.map { ($0.step, $0) }) { first, _ in first }
        var starts: [Int] = []
        var modes: [Int] = []
        for step in 0..<network.count {
            let own = flow.steps[network.submittedIndex[step]]
            guard let found = scheduled[own.id] else { return nil }
            let start = FixedPoint.whole(found.start)
            let mode = network.modes.of(step).first { own.options[network.modes.options[$0]].name == found.option }
            guard start.isMultiple(of: network.timeUnit), let mode else { return nil }
            starts.append(start / network.timeUnit)
            modes.append(mode)
        }
        self.init(score: scoring.score(starts: starts, modes: modes), starts: starts, modes: modes)
    }
}
