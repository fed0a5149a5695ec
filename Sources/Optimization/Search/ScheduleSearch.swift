/// Looks for a short schedule of a plain flow: a given order first, then generations of orders, and in turns with them the
/// attempt to prove that there is nothing shorter.
///
/// The best schedule is never lost. Not `Sendable`: a search is one thread.
final class ScheduleSearch {
    /// Small flows are also tried by delaying, which is better where much fits together: after so many turns of the other proof, with
    /// so many branchings; both grow from attempt to attempt.
    private static let delayedSteps = 40
    private static let turnsBeforeDelaying = 4
    private static let branchings = 10_000
    private static let growth = 4

    /// From `init` on a feasible schedule.
    private(set) var best: Solution
    /// Every schedule that could be shorter than `best` was tried.
    private(set) var isExhausted = false
    /// No schedule is shorter.
    private(set) var bound: LowerBound
    private let project: Project
    private let windows: TimeWindows
    private let targetGap: Double
    private let order: [Int]
    private let scoring: Scoring
    private let genetic: GeneticSearch
    let network: Network

    /// Generates the schedule of `order`, whatever the budget says.
    ///
    /// - Parameters:
    ///   - flow: the one that `project` is of.
    ///   - order: all steps, each behind its predecessors.
    ///   - bound: no schedule is shorter.
    ///   - targetGap: a schedule that is as near to the bound is short enough: the search ends there.
    init(
        _ flow: Flow,
        _ project: Project,
        _ windows: TimeWindows,
        bound: LowerBound,
        from order: [Int],
        targetGap: Double = 0,
        seed: UInt64,
        budget: SearchBudget
    ) {
        self.project = project
        self.windows = windows
        self.order = order
        self.targetGap = targetGap
        self.bound = bound
        network = Network(flow, order: project.submittedIndex)
        let tables = NetworkTables(network)
        scoring = Scoring(tables, measure: .mean)
        let goal = bound.goal(targetGap)
        genetic = GeneticSearch(tables, scoring, seed: seed, budget: budget) { $0.makespan <= goal }
        let memory = NetworkMemory(project)
        let generator = SerialGenerator(memory)
        best = generator.solution(of: order, project)
        genetic.budget.spend()
    }

    var budget: SearchBudget { genetic.budget }

    var isDone: Bool { best.makespan <= goal || isExhausted }

    /// A makespan that is short enough.
    private var goal: Int { bound.goal(targetGap) }

    /// Searches until `goal`, the end of the budget, or until there is nothing left to try.
    ///
    /// To be called once.
    ///
    /// - Parameters:
    ///   - shared: what searches on other threads find; nil: there are none.
    ///   - onChange: called when `best` has become better, or the bound.
    func run(with shared: SharedPlans? = nil, _ onChange: (ScheduleSearch) -> Void) {
        guard !isDone, genetic.budget.allowsMore() else { return }
        genetic.shared = shared
        genetic.begin(order: order, ways: Array(0..<project.count))
        adopt(genetic.best.map(Solution.init), onChange)
        if let proof = ProofTurns(network, from: bound.units) {
            var (next, branchings) = (Self.turnsBeforeDelaying, Self.branchings)
            while !isDone, !proof.isOver, budget.end == nil {
                evolve(until: budget.iterations + proof.schedules, onChange)
                prove(proof, onChange)
                guard project.count <= Self.delayedSteps, proof.turns == next else { continue }
                delay(branchings, onChange)
                next *= Self.growth
                branchings *= Self.growth
            }
        }
        evolve(until: .max, onChange)
    }

    private func prove(_ proof: ProofTurns, _ onChange: (ScheduleSearch) -> Void) {
        guard !isDone else { return }
        proof.begin()
        while !isDone, let found = proof.next(below: best.makespan, &genetic.budget) {
            adopt(proven: Solution(makespan: found.makespan, starts: found.starts), onChange)
        }
        isExhausted = proof.isExhausted
        // Of what is later than the deadline nothing was looked at.
        let least = network.deadline < best.makespan ? network.deadline + 1 : best.makespan
        let raised = isExhausted ? bound.raised(to: least) : bound.raised(to: proof.lowerBound, by: "branch and bound")
        guard raised.units > bound.units else { return }
        bound = raised
        onChange(self)
    }

    private func evolve(until iterations: Int, _ onChange: (ScheduleSearch) -> Void) {
        guard !isDone else { return }
        genetic.run(until: iterations) { genetic in adopt(genetic.best.map(Solution.init), onChange) }
    }

    private func delay(_ branchings: Int, _ onChange: (ScheduleSearch) -> Void) {
        guard !isDone, DelayingSearch.canTry(project), genetic.budget.allowsMore() else { return }
        let search = DelayingSearch(project, windows, below: best.makespan, goal: bound.units, maximumNodes: branchings)
        isExhausted = search.run(&genetic.budget)
        if let found = search.best { adopt(proven: found, onChange) }
        guard isExhausted else { return }
        bound = bound.raised(to: best.makespan)
        onChange(self)
    }

    /// Generations go on with it.
    private func adopt(proven found: Solution, _ onChange: (ScheduleSearch) -> Void) {
        let ways = Array(0..<project.count)
        let plan = Plan(score: scoring.score(starts: found.starts, ways: ways), starts: found.starts, ways: ways)
        genetic.take(plan)
        genetic.shared?.offer(plan)
        adopt(found, onChange)
    }

    private func adopt(_ found: Solution?, _ onChange: (ScheduleSearch) -> Void) {
        guard let found, found.makespan < best.makespan else { return }
        best = found
        onChange(self)
    }
}

extension Solution {
    fileprivate init(_ plan: Plan) {
        self.init(makespan: plan.score.makespan, starts: plan.starts)
    }
}
