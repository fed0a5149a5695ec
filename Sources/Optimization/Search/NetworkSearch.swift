/// The search for a network's best plan: generations, in turns with the attempt to try all that is better.
final class NetworkSearch {
    /// Schedules before the attempt to resolve every conflict, and the branchings of it.
    private static let firstSchedules = 1_000
    private static let nodes = 50_000

    private(set) var bound: ObjectiveBound
    let tables: NetworkTables
    /// Everything that could be better than `best` was tried; with no best: there is no plan.
    private(set) var isExhausted = false
    private let network: Network
    let scoring: Scoring
    private let targetGap: Double
    private let genetic: GeneticSearch

    /// - Parameter makespan: the bound of the makespan; nil: it is yet to be found.
    init(
        _ flow: Flow,
        _ network: Network,
        seed: UInt64,
        budget: SearchBudget,
        targetGap: Double = 0,
        makespan: LowerBound? = nil
    ) {
        self.network = network
        tables = NetworkTables(network)
        scoring = Scoring(tables, measure: flow.constraints.minimumQuality?.measure ?? .mean)
        self.targetGap = targetGap
        let bound = ObjectiveBound(network, NetworkWindows(network), scoring, makespan: makespan)
        self.bound = bound
        genetic = GeneticSearch(tables, scoring, seed: seed, budget: budget) { bound.isReached($0, within: targetGap) }
    }

    var budget: SearchBudget { genetic.budget }

    /// Whether it is not the makespan alone that is to be small.
    var hasOwnObjective: Bool { !network.isMakespan }

    /// The best so far, sound or not.
    var best: Plan? { genetic.best }

    var isOptimal: Bool {
        guard let best, best.score.isSound else { return false }
        return isExhausted || bound.gap(best.score) <= 0
    }

    /// Takes a plan that somebody else found, where it is better.
    func take(_ plan: Plan) { genetic.take(plan) }

    func begin() { genetic.begin() }

    func begin(order: [Int], ways: [Int]) { genetic.begin(order: order, ways: ways) }

    /// Tries all that could be better than the plan it began with, up to so many branchings; only where it is few steps.
    ///
    /// Also where no plan is better in the objective: one may be as good, and cheaper.
    func tryAll(nodes: Int) {
        guard network.count <= ConflictSearch.maximumSteps, !isExhausted, genetic.budget.allowsMore() else { return }
        let conflicts = ConflictSearch(network, scoring, below: best?.score, maximumNodes: nodes)
        isExhausted = conflicts.run(&genetic.budget) == .exhausted
        if let better = conflicts.best { genetic.take(better) }
    }

    /// - Parameters:
    ///   - shared: what searches on other threads find; nil: there are none.
    ///   - onChange: called when `best` has become better, or the bound.
    func run(with shared: SharedPlans? = nil, _ onChange: (NetworkSearch) -> Void) {
        genetic.shared = shared
        resolve(onChange)
        if let proof = ProofTurns(network, from: bound.makespan.units) {
            while goesOn, !proof.isOver {
                evolve(until: budget.iterations + proof.schedules, onChange)
                prove(proof, onChange)
            }
        }
        evolve(until: .max, onChange)
    }

    private var goesOn: Bool { !isExhausted && !isEnough && budget.end == nil }

    /// Generations know the first bound only; it may have been raised since.
    private var isEnough: Bool { best.map { bound.isReached($0.score, within: targetGap) } ?? false }

    private func evolve(until iterations: Int, _ onChange: (NetworkSearch) -> Void) {
        guard goesOn else { return }
        genetic.run(until: iterations) { _ in onChange(self) }
    }

    /// Once, where it is few steps and clauses are no match: of another objective than the makespan, or with greatest lags.
    private func resolve(_ onChange: (NetworkSearch) -> Void) {
        guard network.count <= ConflictSearch.maximumSteps, hasOwnObjective || network.links.hasMaximum else { return }
        evolve(until: budget.iterations + Self.firstSchedules, onChange)
        guard goesOn, genetic.budget.allowsMore() else { return }
        let conflicts = ConflictSearch(network, scoring, below: best?.score, maximumNodes: Self.nodes)
        isExhausted = conflicts.run(&genetic.budget) == .exhausted
        if let better = conflicts.best { adopt(better, onChange) }
    }

    private func prove(_ proof: ProofTurns, _ onChange: (NetworkSearch) -> Void) {
        guard goesOn else { return }
        proof.begin()
        while goesOn, let found = proof.next(below: soundMakespan, &genetic.budget) {
            let score = scoring.score(starts: found.starts, ways: found.ways)
            adopt(Plan(score: score, starts: found.starts, ways: found.ways), onChange)
        }
        isExhausted = proof.isExhausted
        let least = proof.lowerBound
        guard !isExhausted, least > bound.makespan.units else { return }
        bound = bound.raised(to: least)
        onChange(self)
    }

    private var soundMakespan: Int? { best.flatMap { $0.score.isSound ? $0.score.makespan : nil } }

    private func adopt(_ plan: Plan, _ onChange: (NetworkSearch) -> Void) {
        genetic.take(plan)
        genetic.shared?.offer(plan)
        onChange(self)
    }
}
