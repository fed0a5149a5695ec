/// The search for a network's best plan: the submitted order first, then generations, in turns with searches that try all that is
/// better.
///
/// The best plan is never lost. Not `Sendable`: a search is one thread.
final class ScheduleSearch {
    /// No plan is better.
    private(set) var bound: ObjectiveBound
    let tables: NetworkTables
    /// Everything that could be better than `best` was tried; with no best: there is no plan.
    private(set) var isExhausted = false
    /// Whether it is the makespan alone that makes a plan better.
    let isMakespan: Bool
    let scoring: Scoring
    private let network: Network
    private let targetGap: Double
    private let genetic: GeneticSearch

    /// - Parameters:
    ///   - targetGap: a plan that is as near to the bound is good enough: the search ends there.
    ///   - makespan: the bound of the makespan; nil: it is yet to be found.
    init(
        _ flow: Flow,
        _ network: Network,
        seed: UInt64,
        budget: SearchBudget,
        targetGap: Double = 0,
        makespan: LowerBound? = nil
    ) {
        self.network = network
        self.targetGap = targetGap
        tables = NetworkTables(network)
        isMakespan = network.isMakespan
        scoring = Scoring(tables, measure: flow.constraints.minimumQuality?.measure ?? .mean)
        let bound = ObjectiveBound(network, TimeWindows(network), scoring, makespan: makespan)
        self.bound = bound
        genetic = GeneticSearch(tables, scoring, seed: seed, budget: budget) { bound.isReached($0, within: targetGap) }
    }

    var budget: SearchBudget { genetic.budget }

    /// The best so far, sound or not.
    var best: Plan? { genetic.best }

    var isOptimal: Bool {
        guard let best, best.score.isSound else { return false }
        return isExhausted || bound.gap(best.score) <= 0
    }

    /// Takes a plan that somebody else found, where it is better.
    func take(_ plan: Plan) { genetic.take(plan) }

    /// Makes the plan of the submitted order, each step with its first option if the budgets allow it; whatever the budget of the
    /// search says.
    func begin() { genetic.begin() }

    /// The same of another order, with these modes.
    func begin(order: [Int], modes: [Int]) { genetic.begin(order: order, modes: modes) }

    /// Tries all that could be better than the plan it began with, up to so many branchings; only where it is few steps.
    ///
    /// Also where no plan is better in the objective: one may be as good, and cheaper.
    func tryAll(nodes: Int) {
        guard network.count <= ForbiddenSetSearch.maximumSteps, !isExhausted else { return }
        let sets = ForbiddenSetSearch(network, scoring)
        var effort = nodes
        while !isExhausted, improve(sets, &effort, { _ in }) {}
    }

    /// Searches until the best is good enough, the end of the budget, or until there is nothing left to try.
    ///
    /// To be called once, after `begin`.
    ///
    /// - Parameters:
    ///   - shared: what searches on other threads find; nil: there are none.
    ///   - onChange: called when `best` has become better, or the bound.
    func run(with shared: SharedPlans? = nil, _ onChange: (ScheduleSearch) -> Void) {
        guard goesOn else { return }
        genetic.shared = shared
        var schedule = ProofSchedule(network, scoring, from: bound.makespan.units)
        while goesOn, let turn = schedule.next() {
            evolve(until: budget.iterations + turn.schedules, onChange)
            prove(turn, onChange)
        }
        evolve(until: .max, onChange)
    }

    private var goesOn: Bool { !isExhausted && !isEnough && budget.end == nil }

    /// Generations know the first bound only; it may have been raised since.
    private var isEnough: Bool { best.map { bound.isReached($0.score, within: targetGap) } ?? false }

    private func evolve(until iterations: Int, _ onChange: (ScheduleSearch) -> Void) {
        guard goesOn else { return }
        genetic.run(until: iterations) { _ in onChange(self) }
    }

    private func prove(_ turn: ProofSchedule.Turn, _ onChange: (ScheduleSearch) -> Void) {
        var effort = turn.effort
        while goesOn, improve(turn.search, &effort, onChange) {}
        let raised = isExhausted ? exhaustedBound : bound.raised(to: turn.search.lowerBound, by: "branch and bound")
        guard raised.makespan.units > bound.makespan.units else { return }
        bound = raised
        onChange(self)
    }

    /// Where everything was tried no plan is shorter than the best; of what is later than the deadline nothing was looked at.
    private var exhaustedBound: ObjectiveBound {
        guard isMakespan, let best else { return bound }
        let least = network.deadline < best.score.makespan ? network.deadline + 1 : best.score.makespan
        return bound.raised(to: least, by: "exhaustive search")
    }

    /// False: the turn is over.
    private func improve(
        _ search: any ExactSearch,
        _ effort: inout Int,
        _ onChange: (ScheduleSearch) -> Void
    ) -> Bool {
        let end = search.improve(
            below: best?.score,
            least: bound.makespan.units,
            effort: &effort,
            &genetic.budget
        )
        switch end {
        case .improved(let starts, let modes):
            let plan = Plan(score: scoring.score(starts: starts, modes: modes), starts: starts, modes: modes)
            genetic.take(plan)
            genetic.shared?.offer(plan)
            onChange(self)
            return true
        case .exhausted:
            isExhausted = true
            return false
        case .paused:
            return false
        }
    }
}
