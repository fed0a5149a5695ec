import Testing

@testable import Optimization

/// Flows with options, budgets, lags, releases, due dates, changing capacities and steps that have begun.
@Suite struct RichFlowTests {
    /// Every start up to there; long enough for the best plan of three steps of at most 4 s each.
    static let horizon = 14

    @Test(arguments: 0..<200)
    func isTheBestOfAllPlansOrThereIsNone(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(20_000 + seed)).rich(steps: 2 + seed % 2)
        let problem = try FlowProblem(flow)
        let every = EveryPlan(flow, horizon: Self.horizon)
        do {
            let outcome = try Optimizer.optimize(problem, options: unhurried)
            #expect(ScheduleValidator.violations(of: outcome.schedule, in: flow).isEmpty)
            let best = try #require(every.best, "a plan was found where there is none")
            #expect(abs(outcome.figures.value - best) < 1e-6)
            #expect(outcome.isOptimal)
            #expect(outcome.objectiveBound <= best + 1e-6)
            #expect(outcome.lowerBound <= (every.shortest ?? 0))
        } catch let infeasible as InfeasibleFlow {
            #expect(every.best == nil)
            #expect(infeasible.isProven)
            conflictsAreMinimal(infeasible.conflicts, flow)
        }
    }

    /// With nothing but them there is no plan, and there is one without any one of them.
    private func conflictsAreMinimal(_ conflicts: [InfeasibleFlow.Conflict], _ flow: Flow) {
        #expect(!conflicts.isEmpty)
        #expect(EveryPlan(kept(conflicts, of: flow), horizon: Self.horizon).best == nil)
        // Of a step's dependencies and lags all are kept, where some of them may be enough.
        guard !conflicts.contains(where: { $0.path.last == .key("dependencies") }) else { return }
        for conflict in conflicts {
            let others = conflicts.filter { $0 != conflict }
            #expect(EveryPlan(kept(others, of: flow), horizon: Self.horizon).best != nil)
        }
    }

    private func kept(_ conflicts: [InfeasibleFlow.Conflict], of flow: Flow) -> Flow {
        let paths = conflicts.map(\.path)
        var constraints = FlowConstraints()
        if paths.contains([.constraint("deadline")]) { constraints.deadline = flow.constraints.deadline }
        if paths.contains([.constraint("max_cost")]) { constraints.maximumCost = flow.constraints.maximumCost }
        if paths.contains([.constraint("min_quality")]) { constraints.minimumQuality = flow.constraints.minimumQuality }
        if paths.contains([.constraint("budgets"), .key("tokens")]) { constraints.budgets = flow.constraints.budgets }
        let steps = flow.steps.enumerated().map { place, step in
            let links = paths.contains([.key("steps"), .index(place), .key("dependencies")])
            let release = paths.contains([.key("steps"), .index(place), .key("release")])
            return step.with(
                dependencies: links ? nil : [],
                lags: links ? nil : [],
                release: release ? nil : 0
            )
        }
        let capacity = flow.capacity.filter { paths.contains([.key("capacity"), .key($0.key)]) }
        return flow.with(steps: steps, capacity: capacity, constraints: constraints)
    }

    @Test(arguments: 0..<60)
    func scheduleOfALargerFlowIsSound(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(30_000 + seed)).rich(steps: 6 + seed % 20)
        let problem = try FlowProblem(flow)
        do {
            let outcome = try Optimizer.optimize(problem, options: brief)
            #expect(ScheduleValidator.violations(of: outcome.schedule, in: flow).isEmpty)
            #expect(outcome.objectiveBound <= outcome.figures.value + 1e-9)
            #expect(outcome.lowerBound <= outcome.schedule.makespan)
            #expect((0...1).contains(outcome.gap))
            let late = outcome.schedule.steps.map { scheduled in
                let slack = outcome.slack[scheduled.step] ?? 0
                return ScheduledStep(
                    step: scheduled.step,
                    start: scheduled.start + slack,
                    finish: scheduled.finish + slack,
                    option: scheduled.option
                )
            }
            let shifted = Schedule(steps: late, makespan: late.map(\.finish).max() ?? 0)
            #expect(shifted.makespan == outcome.schedule.makespan)
            #expect(ScheduleValidator.violations(of: shifted, in: flow).isEmpty)
        } catch {
            #expect(error.isProven == !error.conflicts.isEmpty)
        }
    }

    /// Of what may be relaxed, each alone.
    private static let relaxations: [@Sendable (Flow) -> Flow] = [
        { $0.with(constraints: FlowConstraints(minimumQuality: $0.constraints.minimumQuality)) },
        {
            $0.with(
                capacity: $0.capacity.mapValues {
                    Capacity($0.changes.map { .init(from: $0.from, amount: $0.amount + 1) })
                }
            )
        },
        { $0.with(steps: $0.steps.map { $0.with(release: 0) }) },
        { $0.with(steps: $0.steps.map { $0.with(lags: []) }) },
        { $0.with(steps: $0.steps.map { $0.with(dependencies: []) }) },
    ]

    /// Nil: it is proven that there is none.
    private func schedule(of flow: Flow, _ options: OptimizerOptions = unhurried) throws -> OptimizationOutcome? {
        let problem = try FlowProblem(flow)
        do {
            return try Optimizer.optimize(problem, options: options)
        } catch {
            try #require(error.isProven)
            return nil
        }
    }

    /// So that what holds for flows with a schedule is looked at often enough.
    @Test func mostFlowsThatAreTriedHaveASchedule() throws {
        let solved = try (0..<100).count { seed in
            try schedule(of: RandomFlows(seed: UInt64(40_000 + seed)).rich(steps: 4), brief) != nil
        }
        #expect(solved >= 50)
    }

    @Test(arguments: 0..<100)
    func relaxingNeverMakesTheBestWorse(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(40_000 + seed)).rich(steps: 4)
        guard let before = try schedule(of: flow) else { return }
        try #require(before.isOptimal)
        for relax in Self.relaxations {
            let after = try Optimizer.optimize(try FlowProblem(relax(flow)), options: unhurried)
            try #require(after.isOptimal)
            #expect(after.figures.value <= before.figures.value + 1e-6)
        }
    }

    /// Against all plans, by their cost.
    @Test(arguments: 0..<30)
    func frontIsThatOfAllPlans(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(50_000 + seed)).rich(steps: 3).with(objective: .makespan)
        let plain = flow.with(steps: flow.steps.map { $0.withoutDue })
        var options = unhurried
        options.wantsPareto = true
        let every = EveryPlan(plain, horizon: Self.horizon)
        guard let outcome = try schedule(of: plain, options) else {
            #expect(every.best == nil)
            return
        }
        let front = every.shortestByCost.sorted { $0.key < $1.key }
        let expected = front.filter { point in !front.contains { $0.key < point.key && $0.value <= point.value } }
        let found = try #require(outcome.pareto).map { ($0.figures.cost, $0.schedule.makespan) }
        #expect(found.map(\.0).reversed() == expected.map { Double($0.key) })
        #expect(found.map(\.1).reversed() == expected.map(\.value))
    }

    /// Each step waits for the one before it; of the sixty fifty are too many.
    @Test func conflictOfALongChainIsTheDeadlineAndEnoughOfIt() throws {
        let steps = (0..<60).map { step("s\($0)", 1, after: $0 > 0 ? ["s\($0 - 1)"] : []) }
        let flow = Flow(steps: steps, capacity: [:]).with(constraints: FlowConstraints(deadline: 49))
        let infeasible = #expect(throws: InfeasibleFlow.self) {
            try Optimizer.optimize(try FlowProblem(flow), options: unhurried)
        }
        let conflicts = try #require(infeasible).conflicts
        #expect(conflicts.first?.path == [.constraint("deadline")])
        // Fifty steps in a row.
        #expect(conflicts.count == 1 + 49)
        #expect(infeasible?.isComplete == true)
    }

    @Test func sameSeedSameAnswer() throws {
        let flow = RandomFlows(seed: 31_003).rich(steps: 24)
        let problem = try FlowProblem(flow)
        let options = OptimizerOptions(timeLimit: .seconds(60), seed: 7, stepBudget: 2_000, schedulesPerQuestion: 20)
        let first = try Optimizer.optimize(problem, options: options)
        let second = try Optimizer.optimize(problem, options: options)
        #expect(first.schedule == second.schedule)
        #expect(first.recommendations == second.recommendations)
        #expect(first.iterations == second.iterations)
    }
}
