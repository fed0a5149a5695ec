import Testing

@testable import Optimization

/// Of schedules that are as good in the objective the cheaper, then the better, then the shorter.
@Suite struct EqualScheduleTests {
    private func option(_ name: String, _ duration: Double, cost: Double = 0, quality: Double? = nil) -> StepOption {
        StepOption(name: name, duration: duration, cost: cost, quality: quality)
    }

    private func flow(_ options: [StepOption], _ objective: FlowObjective = .makespan) -> Flow {
        Flow(
            steps: [step("long", 100), FlowStep(id: "side", options: options)],
            capacity: [:],
            objective: objective
        )
    }

    @Test func ofSchedulesAsShortTheCheapest() throws {
        let flow = flow([option("fast", 10, cost: 9), option("slow", 50, cost: 1)])
        var options = unhurried
        options.wantsPareto = true
        let outcome = try optimize(flow, options)
        #expect(outcome.schedule.makespan == 100)
        #expect(outcome.figures.cost == 1)
        #expect(outcome.isOptimal && outcome.areEqualsProven == true)
        let points = try #require(outcome.pareto).map { ($0.schedule.makespan, $0.figures.cost) }
        #expect(points.count == 1 && points[0] == (100, 1))
    }

    @Test func ofSchedulesAsCheapTheBest() throws {
        let flow = flow([
            option("a", 10, cost: 1, quality: 0.5), option("b", 60, cost: 1, quality: 0.9),
            option("c", 20, cost: 2, quality: 1),
        ])
        let outcome = try optimize(flow)
        #expect(outcome.schedule.makespan == 100 && outcome.figures.cost == 1 && outcome.figures.quality == 0.9)
        #expect(outcome.areEqualsProven == true)
    }

    @Test func ofTheCheapestTheBestThenTheShortest() throws {
        let options = [
            option("a", 300, cost: 1, quality: 0.9), option("b", 200, cost: 1, quality: 0.9),
            option("c", 10, cost: 1, quality: 0.5), option("d", 10, cost: 5, quality: 1),
        ]
        let outcome = try optimize(flow(options, FlowObjective(cost: 1)))
        #expect(outcome.figures.cost == 1 && outcome.figures.quality == 0.9 && outcome.schedule.makespan == 200)
        #expect(outcome.isOptimal)
        let best = try optimize(flow(options, FlowObjective(quality: 1)))
        #expect(best.figures.quality == 1 && best.figures.cost == 5)
    }

    /// Lateness counts: what is late may cost what it wants, what is not must not.
    @Test func ofSchedulesAsLateTheCheapest() throws {
        let steps = [
            step("long", 100),
            FlowStep(id: "side", options: [option("fast", 10, cost: 9), option("slow", 50, cost: 1)], due: 60),
        ]
        let outcome = try optimize(Flow(steps: steps, capacity: [:]).with(objective: .makespan))
        #expect(outcome.figures.cost == 1 && outcome.figures.late.isEmpty)
    }

    /// Against all plans of small flows: the least cost of the shortest.
    @Test(arguments: 0..<40)
    func isTheCheapestOfTheShortestOfAllPlans(_ seed: Int) throws {
        let rich = RandomFlows(seed: UInt64(60_000 + seed)).rich(steps: 3).with(objective: .makespan)
        let flow = rich.with(steps: rich.steps.map(\.withoutDue))
        let every = EveryPlan(flow, horizon: RichFlowTests.horizon)
        let problem = try FlowProblem(flow)
        guard let outcome = try? Optimizer.optimize(problem, options: unhurried), let shortest = every.shortest else {
            return
        }
        try #require(outcome.isOptimal)
        #expect(outcome.schedule.makespan == shortest)
        let least = every.shortestByCost.filter { $0.value == shortest }.keys.min()
        #expect(outcome.figures.cost == least.map(Double.init))
    }
}
