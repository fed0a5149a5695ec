import Testing

@testable import Optimization

/// Numbers that are no whole millionths: what adds up to a bound within rounding keeps to it.
@Suite struct RoundingTests {
    private static let shares: [(amount: Double, count: Int, capacity: Double)] = [
        (0.166_666_666_666_666_66, 6, 1), (0.1, 3, 0.3), (0.1, 10, 1), (1.0 / 7, 7, 1), (1.0 / 3, 3, 1),
        (2.0 / 3, 3, 2), (1.0 / 9, 9, 0.999_999_999_999_999_9), (0.7 / 3, 3, 0.7), (1e9 / 7, 7, 1e9),
    ]

    @Test(arguments: shares)
    func sharesOfACapacityFitTogether(amount: Double, count: Int, capacity: Double) throws {
        let steps = (0..<count).map { step("s\($0)", 1, ["r": amount]) }
        let outcome = try optimize(Flow(steps: steps, capacity: ["r": capacity]))
        #expect(outcome.schedule.makespan == 1)
        #expect(outcome.isOptimal)
        // One more does not.
        let more = try optimize(Flow(steps: steps + [step("more", 1, ["r": amount])], capacity: ["r": capacity]))
        #expect(more.schedule.makespan == 2)
    }

    @Test func sharesOfTimeEndByTheDeadline() throws {
        let steps = (0..<6).map { step("s\($0)", 0.166_666_666_666_666_66, after: $0 > 0 ? ["s\($0 - 1)"] : []) }
        let flow = Flow(steps: steps, capacity: [:]).with(constraints: FlowConstraints(deadline: 1))
        #expect(try optimize(flow).schedule.makespan <= 1)
        let lags = (0..<7).map { number in
            FlowStep(
                id: "s\(number)",
                options: [StepOption(name: "only", duration: 0)],
                lags: number > 0 ? [StepLag(step: "s\(number - 1)", minimum: 1.0 / 6)] : [],
                due: number == 6 ? 1 : nil
            )
        }
        let outcome = try optimize(Flow(steps: lags, capacity: [:]))
        #expect(outcome.figures.late.isEmpty)
        let window = [FlowStep(id: "last", options: lags[0].options, lags: [StepLag(step: "s0", maximum: 1)])]
        let last = window.map { $0.with(dependencies: ["s6"]) }
        #expect(try optimize(Flow(steps: lags + last, capacity: [:])).isOptimal)
    }

    /// Each at most a sixth behind the one before, and the last at least 1 behind the first.
    @Test(arguments: [StepLag.Origin.start, .finish]) func greatestLagsLeaveRoomForWhatTheyAddUpTo(
        origin: StepLag.Origin
    ) throws {
        // Behind starts the lags are the sixths, behind finishes what the steps take.
        let (duration, most) = origin == .start ? (0.0, 1.0 / 6) : (1.0 / 6, 0.0)
        let steps = (0...6).map { number in
            FlowStep(
                id: "s\(number)",
                options: [StepOption(name: "only", duration: number < 6 ? duration : 0)],
                lags: number == 0
                    ? []
                    : [StepLag(step: "s\(number - 1)", from: origin, maximum: most)]
                        + (number < 6 ? [] : [StepLag(step: "s0", from: .start, minimum: 1)])
            )
        }
        let flow = Flow(steps: steps, capacity: [:])
        let outcome = try optimize(flow)
        #expect(outcome.schedule.makespan == 1)
        #expect(ScheduleValidator.violations(of: outcome.schedule, in: flow).isEmpty)
        // More than what was rounded they do not give.
        let more = StepLag(step: "s0", from: .start, minimum: 1.000_02)
        let last = steps[6].with(lags: [steps[6].lags[0], more])
        #expect(throws: InfeasibleFlow.self) { try optimize(Flow(steps: steps.dropLast() + [last], capacity: [:])) }
    }

    @Test func aGreatestLagIsNotLessThanTheLeastWithinRounding() throws {
        let lag = StepLag(step: "a", minimum: 0.1 + 0.2, maximum: 0.3)
        let flow = Flow(steps: [step("a", 1), step("b", 1).with(lags: [lag])], capacity: [:])
        #expect(try optimize(flow).schedule.makespan == 2.3)
        let less = StepLag(step: "a", minimum: 0.3, maximum: 0.299_998)
        #expect(throws: FlowValidationError.self) {
            try FlowProblem(Flow(steps: [step("a", 1), step("b", 1).with(lags: [less])], capacity: [:]))
        }
    }

    @Test func aDeadlineIsMetWithinRounding() throws {
        let deadline = 0.7999999999999999
        let options = [
            StepOption(name: "fast", duration: 0.5, cost: 2), StepOption(name: "slow", duration: 0.8, cost: 1),
        ]
        let flow = Flow(
            steps: [FlowStep(id: "a", options: options, due: deadline)],
            capacity: [:],
            constraints: FlowConstraints(deadline: deadline)
        )
        // The slow one is a schedule too, and not late.
        var wanted = unhurried
        wanted.wantsPareto = true
        let points = try #require(try optimize(flow, wanted).pareto)
        #expect(points.map(\.schedule.makespan) == [0.5, 0.8])
        #expect(points.allSatisfy { $0.schedule.ends(by: deadline) && $0.figures.late.isEmpty })
        #expect(points.last?.schedule.ends(by: 0.799_999) == false)
        // The same without anything else.
        let plain = Flow(steps: [step("a", 0.8)], capacity: [:])
        #expect(try optimize(plain.with(constraints: FlowConstraints(deadline: deadline))).schedule.makespan == 0.8)
        #expect(throws: InfeasibleFlow.self) {
            try optimize(plain.with(constraints: FlowConstraints(deadline: 0.799_999)))
        }
    }

    @Test func sharesOfABudgetKeepToIt() throws {
        let steps = (0..<6).map { number in
            FlowStep(
                id: "s\(number)",
                options: [StepOption(name: "only", duration: 1, resources: ["usd": 1.0 / 6], cost: 1.0 / 6)]
            )
        }
        let flow = Flow(steps: steps, capacity: [:]).with(
            constraints: FlowConstraints(maximumCost: 1, budgets: ["usd": 1])
        )
        #expect(try optimize(flow).schedule.makespan == 1)
    }

    /// Every sum of what was cut fits into what the sum was cut to, and numbers that are whole millionths stay.
    @Test func whatIsCutNeverAddsUpToMore() {
        var random = RandomSource(seed: 5)
        for _ in 0..<2_000 {
            let count = 1 + random.below(12)
            let parts = (0..<count).map { _ in random.unit() * [1e-5, 1, 1e3, 1e6][random.below(4)] }
            let sum = parts.reduce(0, +)
            #expect(parts.reduce(0) { $0 + FixedPoint.whole($1) } <= FixedPoint.whole(sum))
            #expect(parts.reduce(0) { $0 + FixedPoint.wholeUp($1) } >= FixedPoint.whole(sum))
            let whole = random.below(1_000_000_000_000)
            #expect(FixedPoint.whole(FixedPoint.double(whole)) == whole)
            #expect(FixedPoint.whole(-FixedPoint.double(whole)) == -whole)
            #expect(FixedPoint.wholeUp(FixedPoint.double(whole)) == whole)
        }
        for value in [1e12, -1e12, 2e9, 0.1 + 0.2, 1e9] { _ = FixedPoint.whole(value) }
        #expect(FixedPoint.whole(0.1 + 0.2) == 300_000)
        #expect(FixedPoint.whole(0.7999999999999999) == 800_000)
        #expect(FixedPoint.wholeUp(0.1 + 0.2) == 300_000 && FixedPoint.wholeUp(1.0 / 6) == 166_667)
    }
}
