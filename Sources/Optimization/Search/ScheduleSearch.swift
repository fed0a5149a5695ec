/// Looks for a short schedule of a plain flow: a given order first, of small flows every order, then generations of orders, and
/// between them the attempt to prove that there is nothing shorter.
///
/// The best schedule is never lost. Not `Sendable`: a search is one thread.
final class ScheduleSearch {
    private static let smallProject = 40
    /// Schedules before it is tried to prove that there is nothing shorter, and the branchings of that.
    private static let firstSchedules = 8_000
    private static let nodes = 20_000
    /// For small projects it is tried again, each time after more schedules and with more branchings.
    ///
    /// With a better schedule to beat fewer branchings are needed. Both take about as long.
    private static let firstSchedulesOfSmall = 20_000
    private static let nodesOfSmall = 60_000
    private static let growth = 4
    private static let attemptsOfSmall = 6

    /// From `init` on a feasible schedule.
    private(set) var best: Solution
    /// Every schedule that could be shorter than `best` was tried.
    private(set) var isExhausted = false
    private let project: Project
    private let windows: TimeWindows
    private let goal: Int
    private let proves: Bool
    private let order: [Int]
    private let genetic: GeneticSearch
    let network: Network

    /// Generates the schedule of `order`, whatever the budget says.
    ///
    /// - Parameters:
    ///   - flow: the one that `project` is of.
    ///   - order: all steps, each behind its predecessors.
    ///   - goal: a makespan that is short enough: the search ends there.
    ///   - proves: whether it looks for a proof too, in time that is not counted in schedules.
    init(
        _ flow: Flow,
        _ project: Project,
        _ windows: TimeWindows,
        from order: [Int],
        goal: Int,
        seed: UInt64,
        budget: SearchBudget,
        proves: Bool = false
    ) {
        self.project = project
        self.windows = windows
        self.order = order
        self.goal = goal
        self.proves = proves
        network = Network(flow, order: project.submittedIndex)
        let tables = NetworkTables(network)
        let scoring = Scoring(tables, measure: .mean)
        genetic = GeneticSearch(tables, scoring, seed: seed, budget: budget) { $0.makespan <= goal }
        let memory = NetworkMemory(project)
        let generator = SerialGenerator(memory)
        best = generator.solution(of: order, project)
        genetic.budget.spend()
    }

    var budget: SearchBudget { genetic.budget }

    var isDone: Bool { best.makespan <= goal || isExhausted }

    /// Searches until `goal`, the end of the budget, or until there is nothing left to try.
    ///
    /// To be called once.
    ///
    /// - Parameters:
    ///   - shared: what searches on other threads find; nil: there are none.
    ///   - onImprovement: called when `best` has become better.
    func run(with shared: SharedPlans? = nil, _ onImprovement: (ScheduleSearch) -> Void) {
        guard !isDone, genetic.budget.allowsMore() else { return }
        genetic.shared = shared
        genetic.begin(order: order, ways: Array(0..<project.count))
        adopt(genetic.best.map(Solution.init), onImprovement)
        if ExhaustiveSearch.canTry(project) { exhaust(onImprovement) }
        let isSmall = project.count <= Self.smallProject
        var (schedules, nodes) =
            isSmall ? (Self.firstSchedulesOfSmall, Self.nodesOfSmall) : (Self.firstSchedules, Self.nodes)
        for _ in 0..<(isSmall ? Self.attemptsOfSmall : 1) {
            evolve(until: budget.iterations + schedules, onImprovement)
            prove(nodes, onImprovement)
            schedules *= Self.growth
            nodes *= Self.growth
        }
        evolve(until: .max, onImprovement)
    }

    private func evolve(until iterations: Int, _ onImprovement: (ScheduleSearch) -> Void) {
        guard !isDone else { return }
        genetic.run(until: iterations) { genetic in adopt(genetic.best.map(Solution.init), onImprovement) }
    }

    private func exhaust(_ onImprovement: (ScheduleSearch) -> Void) {
        guard !isDone, genetic.budget.allowsMore() else { return }
        let memory = NetworkMemory(project)
        let generator = SerialGenerator(memory)
        let search = ExhaustiveSearch(project, windows, memory.forward, generator, below: best.makespan, goal: goal)
        isExhausted = search.run(&genetic.budget)
        adopt(search.best, onImprovement)
    }

    /// Looks at all that is shorter, as far as it goes.
    private func prove(_ nodes: Int, _ onImprovement: (ScheduleSearch) -> Void) {
        guard proves, !isDone, DelayingSearch.canTry(project), genetic.budget.allowsMore() else { return }
        let search = DelayingSearch(
            project,
            windows,
            below: best.makespan,
            goal: goal,
            maximumNodes: nodes
        )
        isExhausted = search.run(&genetic.budget)
        adopt(search.best, onImprovement)
    }

    private func adopt(_ found: Solution?, _ onImprovement: (ScheduleSearch) -> Void) {
        guard let found, found.makespan < best.makespan else { return }
        best = found
        genetic.budget.noteImprovement()
        onImprovement(self)
    }
}

extension Solution {
    fileprivate init(_ plan: Plan) {
        self.init(makespan: plan.score.makespan, starts: plan.starts)
    }
}
