import Testing

@testable import Optimization

/// What ends a search, and what it says meanwhile.
@Suite struct SearchLimitTests {
    private func run(
        _ options: OptimizerOptions,
        of flow: Flow = .stubborn,
        isCancelled: @escaping () -> Bool = { false }
    ) throws -> (outcome: OptimizationOutcome, progress: [OptimizerProgress], took: Duration) {
        let problem = try FlowProblem(flow)
        var progress: [OptimizerProgress] = []
        var outcome: OptimizationOutcome?
        let took = try ContinuousClock().measure {
            outcome = try Optimizer.optimize(problem, options: options, isCancelled: isCancelled) {
                progress.append($0)
            }
        }
        return (try #require(outcome), progress, took)
    }

    @Test func sameSeedAndBudgetGiveTheSame() throws {
        let options = OptimizerOptions(timeLimit: .seconds(600), seed: 5, stepBudget: 1_500, schedulesPerQuestion: 20)
        let first = try run(options).outcome
        let second = try run(options).outcome
        #expect(first.schedule == second.schedule)
        #expect(first.recommendations == second.recommendations)
        #expect(first.iterations == second.iterations)
        #expect(first.stopped == .iterationBudget)
        #expect((1...1_500).contains(first.iterations))
    }

    @Test func anotherSeedSearchesElsewhere() throws {
        let schedules = try (1...4).map { seed in
            try run(.init(timeLimit: .seconds(600), seed: seed, stepBudget: 1_500, schedulesPerQuestion: 20)).outcome
                .schedule
        }
        #expect(schedules.contains { $0 != schedules[0] })
    }

    @Test func keepsTheTimeLimit() throws {
        let (outcome, progress, took) = try run(.init(timeLimit: .milliseconds(700)))
        #expect(outcome.stopped == .timeLimit)
        #expect(took >= .milliseconds(500))
        // Wide, because tests run beside others; the search itself is not a schedule late.
        #expect(took < .milliseconds(1_400))
        #expect(progress.count >= 3)
    }

    @Test func hasAScheduleAlsoWithoutTime() throws {
        let (outcome, progress, _) = try run(.init(timeLimit: .zero))
        #expect(outcome.stopped == .timeLimit)
        #expect(outcome.schedule == outcome.baselineSubmitted?.schedule)
        #expect(outcome.iterations == 1)
        #expect(progress.count == 1)
    }

    @Test func stopsWhenCancelled() throws {
        var asked = 0
        let (outcome, _, took) = try run(
            .init(timeLimit: .seconds(20)),
            isCancelled: {
                asked += 1
                return asked > 200
            }
        )
        #expect(outcome.stopped == .cancelled)
        #expect(outcome.iterations <= 201)
        #expect(took < .seconds(10))
        #expect(ScheduleValidator.violations(of: outcome.schedule, in: .stubborn).isEmpty)
    }

    @Test func stopsAtTheBoundAtOnce() throws {
        let chain = Flow(steps: (0..<200).map { step("\($0)", 1, after: $0 == 0 ? [] : ["\($0 - 1)"]) })
        let (outcome, progress, _) = try run(.init(timeLimit: .seconds(600)), of: chain)
        #expect(outcome.stopped == .optimal)
        #expect(outcome.iterations == 1)
        #expect(progress.count == 1)
    }

    @Test func reportsNeverRise() throws {
        let (outcome, progress, _) = try run(
            .init(timeLimit: .seconds(600), stepBudget: 2_000, schedulesPerQuestion: 20)
        )
        #expect(progress.first?.makespan == outcome.baselineSubmitted?.makespan)
        #expect(progress.first?.iterations == 1)
        #expect(progress.last?.makespan == outcome.schedule.makespan)
        for (before, after) in zip(progress, progress.dropFirst()) {
            #expect(after.makespan <= before.makespan)
            #expect(after.iterations >= before.iterations)
            #expect(after.fraction >= before.fraction)
            #expect(after.gap <= before.gap)
        }
        #expect(progress.allSatisfy { (0...1).contains($0.fraction) && $0.lowerBound == outcome.lowerBound })
    }

    @Test func takesTenThousandSteps() throws {
        let flow = RandomFlows(seed: 9).flow(steps: 10_000, tightness: 0.02)
        let (outcome, _, _) = try run(.init(timeLimit: .zero), of: flow)
        #expect(outcome.schedule.steps.count == 10_000)
        #expect(outcome.discarded.isEmpty)
    }

    @Test func threadsFindWhatIsValidAndEndTogether() throws {
        let options = OptimizerOptions(timeLimit: .seconds(60), stepBudget: 3_000, schedulesPerQuestion: 0, threads: 3)
        let outcome = try run(options).outcome
        #expect(ScheduleValidator.violations(of: outcome.schedule, in: .stubborn).isEmpty)
        #expect(outcome.stopped == .iterationBudget)
        let rich = RandomFlows(seed: 31_003).rich(steps: 24)
        let second = try Optimizer.optimize(try FlowProblem(rich), options: options)
        #expect(ScheduleValidator.violations(of: second.schedule, in: rich).isEmpty)
    }

    @Test func endsAtTheGapThatWasAskedFor() throws {
        let alone = try run(OptimizerOptions(timeLimit: .seconds(60), stepBudget: 1, schedulesPerQuestion: 0)).outcome
        let target = alone.gap / 2
        let options = OptimizerOptions(timeLimit: .seconds(60), schedulesPerQuestion: 0, targetGap: target)
        let outcome = try run(options).outcome
        #expect(outcome.gap <= target)
        #expect(outcome.stopped == .targetGap)
        #expect(!outcome.isOptimal)
    }

    /// Whatever ends the search, no bound is above the shortest schedule there is.
    @Test(arguments: 0..<40)
    func boundsAreNeverAboveTheShortest(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(12_000 + seed)).packed(steps: 5 + seed % 3)
        let optimum = Double(Reference(flow).optimum()) / 1e6
        let near = try run(OptimizerOptions(timeLimit: .seconds(60), targetGap: 0.3), of: flow)
        #expect(near.outcome.lowerBound <= optimum)
        #expect(!near.outcome.isOptimal || near.outcome.schedule.makespan == optimum)
        #expect(near.progress.allSatisfy { $0.lowerBound <= optimum })
    }

    /// What is later than the deadline is not looked at by a proof, and so nothing is said of it.
    ///
    /// Flows of which the proof comes before the search has found the shortest schedule.
    @Test(arguments: [17, 18, 19])
    func boundsAreNeverAboveTheShortestWhereTheDeadlineIsMissed(_ seed: Int) throws {
        let flow = RandomFlows(seed: UInt64(13_000 + seed)).flow(steps: 40, tightness: 0.3)
        func search(_ flow: Flow, schedules: Int) throws -> ScheduleSearch {
            let search = ScheduleSearch(
                flow,
                try FlowProblem(flow).network,
                seed: 1,
                budget: SearchBudget(
                    deadline: .now + .seconds(600),
                    maximumIterations: schedules,
                    isCancelled: { false },
                    onSchedule: { _, _ in }
                )
            )
            search.begin()
            search.run { _ in }
            return search
        }
        let free = try search(flow, schedules: 8_000)
        let network = try network(flow)
        let least = LowerBound(network, TimeWindows(network)).units
        let deadline = network.seconds(least) + 0.001
        let hurried = try search(flow.with(constraints: FlowConstraints(deadline: deadline)), schedules: 3_000)
        #expect(hurried.isExhausted)
        #expect(hurried.bound.makespan.units > least)
        #expect(hurried.bound.makespan.units <= free.best?.score.makespan ?? 0)
    }
}
