/// The search for a network's best plan: some generations, then the attempt to try all that is better, then generations again.
final class NetworkSearch {
    /// Schedules before the attempt, and the branchings of it.
    private static let firstSchedules = 1_000
    private static let nodes = 50_000

    let bound: ObjectiveBound
    let tables: NetworkTables
    /// Everything that could be better than `best` was tried; with no best: there is no plan.
    private(set) var isExhausted = false
    private(set) var exact: Plan?
    private let network: Network
    private let scoring: Scoring
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
        let bound = ObjectiveBound(network, NetworkWindows(network), scoring, makespan: makespan)
        self.bound = bound
        genetic = GeneticSearch(tables, scoring, seed: seed, budget: budget) { score in
            targetGap > 0 ? score.isSound && bound.gap(score) <= targetGap : bound.isReached(score)
        }
    }

    var budget: SearchBudget { genetic.budget }

    /// Whether it is not the makespan alone that is to be small.
    var hasOwnObjective: Bool { !network.isMakespan }

    /// The best so far, sound or not.
    var best: Plan? {
        guard let exact else { return genetic.best }
        return genetic.best.map { exact.score < $0.score ? exact : $0 } ?? exact
    }

    var isOptimal: Bool {
        guard let best, best.score.isSound else { return false }
        return isExhausted || bound.gap(best.score) <= 0
    }

    func begin() { genetic.begin() }

    func begin(order: [Int], ways: [Int]) { genetic.begin(order: order, ways: ways) }

    /// - Parameter shared: what searches on other threads find; nil: there are none.
    func run(with shared: SharedPlans? = nil, _ onImprovement: (NetworkSearch) -> Void) {
        genetic.shared = shared
        let isSmall = network.count <= ConflictSearch.maximumSteps
        genetic.run(until: isSmall ? budget.iterations + Self.firstSchedules : .max) { _ in onImprovement(self) }
        guard isSmall, !genetic.isDone, genetic.budget.allowsMore() else { return }
        let conflicts = ConflictSearch(network, scoring, below: best?.score, maximumNodes: Self.nodes)
        isExhausted = conflicts.run(&genetic.budget) == .exhausted
        if let better = conflicts.best {
            exact = better
            shared?.offer(better)
            genetic.budget.noteImprovement()
            onImprovement(self)
        }
        guard !isExhausted else { return }
        genetic.run(until: .max) { _ in onImprovement(self) }
    }
}
