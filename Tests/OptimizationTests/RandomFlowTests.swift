import Optimization
import Testing

/// What holds for every flow, on flows of every shape.
@Suite struct RandomFlowTests {
    private static let outcomes = Result { try flows.map { try optimize($0, brief) } }
    private static let flows: [Flow] = (0..<80).map { RandomFlows(seed: UInt64($0)).flow(steps: 1 + $0 % 40) }

    @Test(arguments: flows.indices)
    func scheduleIsSoundAndBetweenItsBounds(_ index: Int) throws {
        let flow = Self.flows[index]
        let outcome = try Self.outcomes.get()[index]
        #expect(ScheduleValidator.violations(of: outcome.schedule, in: flow).isEmpty)
        #expect(ScheduleValidator.violations(of: try #require(outcome.baselineSubmitted).schedule, in: flow).isEmpty)
        #expect(outcome.discarded.isEmpty)
        #expect(outcome.lowerBound <= outcome.schedule.makespan)
        #expect(outcome.schedule.makespan <= outcome.baselineSubmitted?.makespan ?? 0)
        #expect(outcome.baselineSubmitted?.makespan ?? .infinity <= outcome.baselineSequential)
        #expect(outcome.isOptimal == (outcome.lowerBound == outcome.schedule.makespan))
        #expect((0...1).contains(outcome.confidence))
        #expect(abs(outcome.confidence + outcome.gap - 1) < 1e-9)
        #expect(outcome.utilization.values.allSatisfy { (0...1).contains($0) })
        #expect(Set(outcome.utilization.keys) == Set(flow.capacity.keys))
        #expect(outcome.recommendations.isEmpty == (outcome.reasonForNone != nil))
    }

    @Test(arguments: flows.indices)
    func submittedOrderIsThatOfThePlainScheduler(_ index: Int) throws {
        let flow = Self.flows[index]
        let reference = Reference(flow)
        let outcome = try optimize(flow, .init(timeLimit: .zero))
        let order = reference.submittedOrder(flow)
        let starts = reference.starts(order)
        for scheduled in try #require(outcome.baselineSubmitted).schedule.steps {
            #expect(Reference.whole(scheduled.start) == starts[scheduled.step])
        }
    }

    @Test(arguments: flows.indices)
    func criticalPathFillsTheMakespan(_ index: Int) throws {
        let flow = Self.flows[index]
        let outcome = try Self.outcomes.get()[index]
        let times = Dictionary(uniqueKeysWithValues: outcome.schedule.steps.map { ($0.step, $0) })
        #expect(outcome.criticalPath == outcome.criticalLinks.map(\.step))
        var clock = 0.0
        for (place, link) in outcome.criticalLinks.enumerated() {
            let time = try #require(times[link.step])
            #expect(time.start == clock)
            clock = time.finish
            #expect(link.after == (place == 0 ? nil : outcome.criticalPath[place - 1]))
            guard let after = link.after else { continue }
            let step = try #require(flow.steps.first { $0.id == link.step })
            let other = try #require(flow.steps.first { $0.id == after })
            if let resource = link.resource {
                #expect(step.resources[resource] ?? 0 > 0 && other.resources[resource] ?? 0 > 0)
            } else {
                #expect(step.dependencies.contains(after))
            }
        }
        #expect(clock == outcome.schedule.makespan)
    }

    @Test(arguments: flows.indices)
    func everyStepMayBeLateByItsSlack(_ index: Int) throws {
        let flow = Self.flows[index]
        let outcome = try Self.outcomes.get()[index]
        #expect(outcome.slack.count == flow.steps.count)
        #expect(outcome.slack.values.allSatisfy { $0 >= 0 })
        let late = outcome.schedule.steps.map { scheduled in
            let slack = outcome.slack[scheduled.step] ?? .nan
            return ScheduledStep(step: scheduled.step, start: scheduled.start + slack, finish: scheduled.finish + slack)
        }
        let schedule = Schedule(steps: late, makespan: outcome.schedule.makespan)
        let violations = ScheduleValidator.violations(of: schedule, in: flow)
        #expect(violations.isEmpty)
    }

    @Test(arguments: 0..<60)
    func provenOptimumIsTheShortestOfAllOrders(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(1_000 + seed)).flow(steps: 2 + seed % 5)
        let outcome = try optimize(flow)
        let optimum = Reference(flow).optimum()
        #expect(Reference.whole(outcome.schedule.makespan) == optimum)
        #expect(outcome.isOptimal)
        #expect(outcome.stopped == .optimal)
    }

    @Test(arguments: 0..<20)
    func moreCapacityNeverMakesTheOptimumWorse(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(2_000 + seed)).flow(steps: 7)
        let wide = Flow(steps: flow.steps, capacity: flow.capacity.mapValues { $0.most + 1 })
        let (before, after) = (try optimize(flow), try optimize(wide))
        try #require(before.isOptimal && after.isOptimal)
        #expect(after.schedule.makespan <= before.schedule.makespan)
    }
}
