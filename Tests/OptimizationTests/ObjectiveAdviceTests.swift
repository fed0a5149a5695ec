import Testing

@testable import Optimization

/// Advice: the least that is enough, of the objective that was asked for, and the gap that costs.
@Suite struct ObjectiveAdviceTests {
    @Test func theLeastThatIsEnoughIsAdvised() throws {
        let steps = (0..<3).map { step("s\($0)", 1, ["w": 1]) } + [step("wide", 1, ["w": 2])]
        let flow = Flow(steps: steps, capacity: ["w": Capacity(2)], now: 1)
        let advice = try #require(try optimize(flow).recommendations.first { $0.resource == "w" })
        #expect(advice.kind == .bottleneck && advice.amount == 1 && advice.savesSeconds == 1)
        #expect(advice.text.contains("1 more of it (3 in all)"))
    }

    /// Between the least that somebody asks for and the most.
    @Test func noMoreIsAdvisedThanIsUsed() throws {
        let steps = (0..<4).map { step("s\($0)", 1, ["w": 3]) }
        for now in [0.0, 1] {
            let flow = Flow(steps: steps, capacity: ["w": Capacity(10)], now: now)
            let advice = try #require(try optimize(flow).recommendations.first { $0.resource == "w" })
            #expect(advice.amount == 2 && advice.savesSeconds == 1)
        }
    }

    @Test func adviceIsAboutTheObjective() throws {
        let options = [
            StepOption(name: "dear", duration: 10, cost: 9), StepOption(name: "cheap", duration: 30, cost: 1),
        ]
        let flow = Flow(
            steps: [FlowStep(id: "a", options: options), FlowStep(id: "b", options: options, dependencies: ["a"])],
            capacity: [:],
            constraints: FlowConstraints(deadline: 55),
            objective: FlowObjective(cost: 1)
        )
        let outcome = try optimize(flow)
        #expect(outcome.figures.cost == 10)
        #expect(outcome.recommendations.allSatisfy { $0.savesObjective > 0 })
        // 10 % more time are enough for both to be cheap.
        let advice = try #require(outcome.recommendations.first { $0.kind == .raiseBudget })
        #expect(advice.savesObjective == 8)
        #expect(advice.text.contains("saves 8 of the cost"))
    }

    @Test func theGapOfACalendarIsNamed() throws {
        let crew = Capacity([.init(from: 0, amount: 1), .init(from: 4, amount: 0), .init(from: 50, amount: 1)])
        let flow = Flow(
            steps: [step("a", 4, ["crew": 1]), step("b", 4, ["crew": 1], after: ["a"])],
            capacity: ["crew": crew]
        )
        let outcome = try optimize(flow)
        #expect(outcome.schedule.makespan == 54)
        let advice = try #require(outcome.recommendations.first)
        #expect(advice.kind == .closeGap && advice.resource == "crew" && advice.amount == 1)
        #expect(advice.savesSeconds == 46)
        #expect(advice.text.contains("from 4 s to 50 s"))
    }

    /// A due date that nobody passes changes nothing, however odd it is.
    @Test(arguments: 0..<40)
    func aDueDateThatIsNeverTightChangesNothing(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(14_000 + seed)).flow(steps: 4 + seed % 22)
        let due = flow.steps.reduce(0.000_333) { $0 + $1.duration }
        var steps = flow.steps
        let place = seed % steps.count
        let old = steps[place]
        steps[place] = FlowStep(id: old.id, options: old.options, dependencies: old.dependencies, due: due, weight: 3)
        let (with, without) = (try optimize(flow.with(steps: steps), brief), try optimize(flow, brief))
        #expect(with.schedule == without.schedule)
        #expect(with.figures == without.figures)
        #expect(with.recommendations == without.recommendations)
        #expect(with.reasonForNone == without.reasonForNone)
        #expect(with.criticalLinks == without.criticalLinks)
        #expect(with.slack == without.slack)
        #expect(with.utilization == without.utilization)
        #expect(with.sensitivity == without.sensitivity)
        #expect(with.lowerBound == without.lowerBound && with.lowerBoundSource == without.lowerBoundSource)
        #expect(with.objectiveBound == without.objectiveBound && with.gap == without.gap)
        #expect(with.isOptimal == without.isOptimal && with.areEqualsProven == without.areEqualsProven)
        #expect(with.iterations == without.iterations && with.stopped == without.stopped)
    }

    /// One that is kept by the best schedule and not by the submitted order: moves are advised as without it.
    @Test func movesAreAdvisedOfEveryFlow() throws {
        var steps = Flow.jobShop.steps
        steps[5] = FlowStep(id: "c2", options: steps[5].options, dependencies: ["c1"], due: 11)
        let due = try optimize(Flow.jobShop.with(steps: steps))
        let advised = due.recommendations
        #expect(due.schedule.makespan == 10 && due.figures.late.isEmpty && due.isOptimal)
        // 13 s, 2 s late.
        #expect(advised.first?.kind == .adoptSchedule && advised.first?.savesObjective == 5)
        #expect(advised.contains { $0.kind == .startEarlier })
        let begun = try optimize(
            Flow(steps: Flow.jobShop.steps, capacity: Flow.jobShop.capacity, now: 1)
        ).recommendations
        #expect(Set(begun.map(\.kind)) == Set(try optimize(.jobShop).recommendations.map(\.kind)))
    }
}
