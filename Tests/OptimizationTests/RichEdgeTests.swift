import Testing

@testable import Optimization

/// Cases at the edges of rich flows, each with the answer that can be worked out by hand.
@Suite struct RichEdgeTests {
    private func option(
        _ name: String,
        _ duration: Double,
        _ resources: [String: Double] = [:],
        cost: Double = 0,
        quality: Double? = nil
    ) -> StepOption {
        StepOption(name: name, duration: duration, resources: resources, cost: cost, quality: quality)
    }

    private func infeasible(_ flow: Flow, _ options: OptimizerOptions = unhurried) throws -> InfeasibleFlow {
        let problem = try FlowProblem(flow)
        return try #require(
            #expect(throws: InfeasibleFlow.self) { try Optimizer.optimize(problem, options: options) }
        )
    }

    private func starts(_ outcome: OptimizationOutcome) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: outcome.schedule.steps.map { ($0.step, $0.start) })
    }

    /// A running step holds more than there is since 5 s: others wait, and what needs none of it does not.
    @Test func whatIsHeldBeyondTheCapacityStopsNobodyElse() throws {
        let running = FlowStep(
            id: "running",
            options: [option("only", 20, ["cpu": 2])],
            progress: StepProgress(started: 0)
        )
        let flow = Flow(
            steps: [running, step("a", 1, ["gpu": 1]), step("b", 1, ["gpu": 1]), step("c", 3, ["cpu": 1])],
            capacity: ["cpu": Capacity([.init(from: 0, amount: 2), .init(from: 5, amount: 1)]), "gpu": Capacity(1)],
            now: 6
        )
        // The search that tries everything, alone: it must not take what others hold for a conflict of nobody.
        let network = try network(flow)
        let scoring = Scoring(NetworkTables(network), measure: .mean)
        let search = ForbiddenSetSearch(network, scoring)
        var effort = Int.max
        var budget = SearchBudget(deadline: .now + .seconds(60), isCancelled: { false }, onSchedule: { _, _ in })
        _ = search.improve(below: nil, least: 0, effort: &effort, &budget)
        #expect(!search.isGivenUp)
        #expect(search.best?.score.makespan == 23)

        let outcome = try optimize(flow)
        #expect(outcome.schedule.makespan == 23)
        #expect(outcome.isOptimal)
        #expect(starts(outcome)["c"] == 20)
        #expect(Set(["a", "b"].map { starts(outcome)[$0] }) == [6, 7])
    }

    /// 19 is no multiple of the unit of all durations.
    @Test func dueDatesAreNotRounded() throws {
        let flow = Flow(
            steps: [
                FlowStep(id: "a", options: [option("only", 10, ["cpu": 1])], due: 19, weight: 2),
                FlowStep(id: "b", options: [option("only", 10, ["cpu": 1])], due: 10, weight: 1),
            ],
            capacity: ["cpu": Capacity(1)]
        )
        let outcome = try optimize(flow)
        // The other mode round: 20 + 0 + 10.
        #expect(outcome.figures.value == 22)
        #expect(outcome.isOptimal)
        #expect(outcome.figures.late == ["a": 1])
    }

    /// Three steps of which any two exclude each other take 3 s, which only trying shows.
    @Test func aDeadlineThatOnlyTryingDisprovesIsNamed() throws {
        let steps = [("a", ["x": 1.0, "y": 1]), ("b", ["y": 1, "z": 1]), ("c", ["z": 1, "x": 1])].map { id, resources in
            FlowStep(id: id, options: [option("one", 1, resources), option("two", 1, resources, cost: 1)])
        }
        let flow = Flow(steps: steps, capacity: ["x": 1, "y": 1, "z": 1].mapValues { Capacity($0) })
            .with(constraints: FlowConstraints(deadline: 2))
        let found = try infeasible(flow)
        #expect(found.isProven)
        #expect(
            Set(found.conflicts.map { "\($0.path)" })
                == Set(
                    [
                        [FlowIssue.PathElement.constraint("deadline")], [.key("capacity"), .key("x")],
                        [.key("capacity"), .key("y")], [.key("capacity"), .key("z")],
                    ].map { "\($0)" }
                )
        )
    }

    @Test func thereIsAScheduleAlsoWithoutTime() throws {
        let flow = RandomFlows(seed: 31_003).rich(steps: 24)
            .with(constraints: FlowConstraints())
        let plain = flow.with(steps: flow.steps.map { $0.with(lags: []) })
        let outcome = try optimize(plain, .init(timeLimit: .zero))
        #expect(ScheduleValidator.violations(of: outcome.schedule, in: plain).isEmpty)
        #expect(outcome.stopped == .timeLimit)
    }

    /// There was enough before now.
    @Test func whatIsTooMuchFromNowOnIsSeenAtOnce() throws {
        let long = step("long", 1_000_000, ["cpu": 1])
        let running = FlowStep(id: "running", options: [option("only", 2)], progress: StepProgress(started: 0))
        let flow = Flow(
            steps: [running, step("wide", 1, ["gpu": 3]), long],
            capacity: ["gpu": Capacity([.init(from: 0, amount: 4), .init(from: 5, amount: 2)]), "cpu": Capacity(1)],
            now: 6
        )
        let found = try infeasible(flow)
        #expect(found.isProven)
        #expect(found.conflicts.map { "\($0.path)" } == ["\([FlowIssue.PathElement.key("capacity"), .key("gpu")])"])

        let great = Flow(
            steps: [running, step("a", 1e8, ["gpu": 1_000_000]), step("b", 0.000_001, ["gpu": 1])],
            capacity: ["gpu": Capacity([.init(from: 0, amount: 1_000_000), .init(from: 1, amount: 1)])],
            now: 2
        )
        #expect(try infeasible(great).isProven)
    }

    /// One step in its fast option would pass the cost by less than the deadline is passed without.
    @Test func aMissedDeadlineIsNoReasonToBreakABudget() throws {
        let steps = (0..<50).map { number in
            FlowStep(
                id: "s\(number)",
                options: [option("fast", 10, cost: 1.01), option("cheap", 20, cost: 1)],
                dependencies: number > 0 ? ["s\(number - 1)"] : []
            )
        }
        let flow = Flow(steps: steps, capacity: [:]).with(
            constraints: FlowConstraints(deadline: 999, maximumCost: 50)
        )
        // Too little for a proof.
        let outcome = try optimize(flow, .init(timeLimit: .seconds(60), stepBudget: 400, schedulesPerQuestion: 0))
        #expect(outcome.schedule.makespan == 1_000)
        #expect(outcome.figures.cost == 50)

        let found = try infeasible(flow)
        #expect(found.isProven && found.isComplete)
        // Deadline, cost, and every link of the chain.
        #expect(found.conflicts.count == 51)
    }

    @Test func timesThatAreNoMillionthsAreRoundedTheSameEverywhere() throws {
        let third = 0.333_333_333_3
        let running = FlowStep(id: "a", options: [option("only", third)], progress: StepProgress(started: third))
        let flow = Flow(steps: [running, step("b", 1, after: ["a"])], capacity: [:], now: 0.4)
        #expect(try optimize(flow).schedule.makespan == 1.666_666)
    }

    @Test(arguments: FlowConstraints.Quality.Measure.allCases)
    func theLeastQualityOfZeroIsKeptByAll(_ measure: FlowConstraints.Quality.Measure) throws {
        let steps = (0..<3).map { FlowStep(id: "s\($0)", options: [option("only", 1, quality: 0)]) }
        let flow = Flow(steps: steps, capacity: [:]).with(
            constraints: FlowConstraints(minimumQuality: .init(0, measure))
        )
        #expect(try optimize(flow).schedule.makespan == 1)
    }

    @Test func lagsThatContradictEachOtherAreSeenInLargeFlowsToo() throws {
        var steps = (0..<60).map { step("s\($0)", 1) }
        steps[1] = FlowStep(id: "s1", options: steps[1].options, lags: [StepLag(step: "s0", minimum: 10)])
        steps[2] = FlowStep(
            id: "s2",
            options: steps[2].options,
            lags: [StepLag(step: "s1", minimum: 10), StepLag(step: "s0", maximum: 5)]
        )
        let found = try infeasible(Flow(steps: steps, capacity: [:]))
        #expect(found.isProven)
        #expect(!found.conflicts.isEmpty && found.conflicts.allSatisfy { $0.path.contains(.key("dependencies")) })
    }

    /// Together they are longer than can be counted in millionths.
    @Test func lagsThatAreTooLongTogetherAreRefused() {
        let steps = (0..<201).map { number in
            FlowStep(
                id: "s\(number)",
                options: [option("only", 0.001)],
                lags: number > 0 ? [StepLag(step: "s\(number - 1)", minimum: 1e8)] : []
            )
        }
        #expect(throws: FlowValidationError.self) { try FlowProblem(Flow(steps: steps, capacity: [:])) }
    }

    @Test(arguments: [0.999_999_999_999_999_9, 1])
    func anyScheduleIsGoodEnoughForTheGreatestGap(_ gap: Double) throws {
        let flow = Flow(steps: [step("a", 1_000, ["gpu": 1]), step("b", 1_001, ["gpu": 1])], capacity: ["gpu": 1])
        #expect(try optimize(flow, .init(timeLimit: .seconds(60), targetGap: gap)).schedule.makespan == 2_001)
    }

    /// Of schedules that cost the same the shorter one.
    @Test func amongTheCheapestTheShortestIsTaken() throws {
        let flow = Flow(
            steps: [step("a", 4, ["gpu": 1]), step("b", 3, ["gpu": 1]), step("c", 2, ["gpu": 1])],
            capacity: ["gpu": 2]
        ).with(objective: FlowObjective(cost: 1))
        let outcome = try optimize(flow)
        #expect(outcome.schedule.makespan == 5)
        #expect(outcome.isOptimal)
    }

    /// Not improved: each step as early as it fits.
    @Test func submittedScheduleIsThatOfTheSubmittedOrder() throws {
        let rich = Flow.jobShop.with(objective: FlowObjective(makespan: 1, cost: 1))
            .with(constraints: FlowConstraints(maximumCost: 1))
        #expect(try optimize(rich).baselineSubmitted?.makespan == optimize(.jobShop).baselineSubmitted?.makespan)
    }
}
