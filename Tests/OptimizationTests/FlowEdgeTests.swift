import Testing

@testable import Optimization

/// Flows at the edges of what may be asked: rings of starts, milestones, due dates that are over, and what is held beyond all there is.
@Suite struct FlowEdgeTests {
    private func after(_ id: String, _ duration: Double, start others: String..., resources: [String: Double] = [:])
        -> FlowStep
    {
        FlowStep(
            id: id,
            options: [StepOption(name: "only", duration: duration, resources: resources)],
            lags: others.map { StepLag(step: $0, from: .start) }
        )
    }

    private func starts(_ flow: Flow) throws -> [String: Double] {
        let outcome = try optimize(flow)
        #expect(ScheduleValidator.violations(of: outcome.schedule, in: flow).isEmpty)
        return Dictionary(uniqueKeysWithValues: outcome.schedule.steps.map { ($0.step, $0.start) })
    }

    // MARK: - Rings

    @Test func aRingOfStartsStartsTogether() throws {
        let pair = try starts(Flow(steps: [after("a", 3, start: "b"), after("b", 5, start: "a")], capacity: [:]))
        #expect(pair["a"] == 0 && pair["b"] == 0)
        // Three, behind what any of them waits for, and when there is enough for all.
        let flow = Flow(
            steps: [
                step("first", 2, ["r": 2]), after("a", 3, start: "c", resources: ["r": 1]),
                after("b", 3, start: "a", resources: ["r": 1]).with(dependencies: ["first"]),
                after("c", 1, start: "b").with(release: 1), step("last", 1, ["r": 2], after: ["c"]),
            ],
            capacity: ["r": 2]
        )
        let found = try starts(flow)
        #expect(Set(["a", "b", "c"].map { found[$0] }) == [2] && found["last"] == 5)
    }

    @Test func aRingThatNobodyCouldBeginIsNamed() {
        let refused: [[FlowStep]] = [
            [after("a", 3, start: "b"), step("b", 1, after: ["a"])],
            [
                FlowStep(id: "a", options: step("a", 1).options, lags: [StepLag(step: "b", from: .start, minimum: 1)]),
                after("b", 1, start: "a"),
            ],
            // Through a step outside.
            [
                after("a", 1, start: "b").with(dependencies: ["x"]), after("b", 1, start: "a"),
                step("x", 1, after: ["b"]),
            ],
        ]
        for steps in refused {
            let error = #expect(throws: FlowValidationError.self) { try FlowProblem(Flow(steps: steps, capacity: [:])) }
            #expect(error?.issues.first?.message.contains("cycle") == true)
        }
    }

    @Test func aLongRingIsNoMatterOfTheStack() throws {
        let count = 10_000
        let steps = (0..<count).map { after("s\($0)", 1, start: "s\(($0 + 1) % count)") }
        #expect(try FlowProblem(Flow(steps: steps, capacity: [:])).stepCount == count)
    }

    // MARK: - Milestones

    /// What takes no time holds nothing, with options or without.
    @Test func aMilestoneIsAllowedHoweverItIsSaid() throws {
        let milestone = StepOption(name: "only", duration: 0, resources: ["r": 9])
        for options in [[milestone], [milestone, StepOption(name: "other", duration: 0, resources: ["r": 7])]] {
            let flow = Flow(
                steps: [step("a", 2, ["r": 1]), FlowStep(id: "m", options: options, dependencies: ["a"])],
                capacity: ["r": Capacity(1)]
            )
            #expect(try optimize(flow).schedule.makespan == 2)
        }
    }

    // MARK: - Due dates

    @Test func aDueDateInThePastIsADueDate() throws {
        let steps = [
            FlowStep(id: "a", options: step("a", 4, ["r": 1]).options, due: -5, weight: 1),
            FlowStep(id: "b", options: step("b", 1, ["r": 1]).options, due: -0.5, weight: 10),
        ]
        let outcome = try optimize(Flow(steps: steps, capacity: ["r": Capacity(1)]))
        // b first: 1.5 × 10 + 10, and 5 of makespan.
        #expect(outcome.figures.late == ["a": 10, "b": 1.5])
        #expect(outcome.figures.value == 30)
        #expect(outcome.isOptimal)
    }

    // MARK: - Numbers

    private static func running(_ count: Int, amount: Double, finished: Double? = nil) -> [FlowStep] {
        (0..<count).map { number in
            FlowStep(
                id: "s\(number)",
                options: [StepOption(name: "only", duration: 10, resources: ["r": amount])],
                progress: StepProgress(started: 0, finished: finished)
            )
        }
    }

    @Test func moreIsHeldThanThereIs() {
        for (count, amount) in [(9_300, 1e9), (3, 0.5)] {
            let flow = Flow(
                steps: Self.running(count, amount: amount) + [step("open", 1, ["r": 1])],
                capacity: ["r": Capacity(1)],
                now: 1
            )
            let error = #expect(throws: FlowValidationError.self) { try FlowProblem(flow) }
            #expect(error?.issues.first?.message.contains("is held than there is") == true)
        }
    }

    /// What ran at the same time and is over is no sum of anything.
    @Test func whatIsOverMayHaveHeldAnything() throws {
        let flow = Flow(
            steps: Self.running(9_300, amount: 1e9, finished: 1) + [step("open", 1, ["r": 1e9])],
            capacity: ["r": Capacity(1e9)],
            now: 1
        )
        #expect(try optimize(flow, brief).schedule.makespan == 2)
    }

    /// By the units that the search computes with it still runs, by doubles it had ended: their sum passed 64 bits.
    @Test func whatEndsAtTheMomentIsHeldAsTheSearchSeesIt() throws {
        func flow(_ count: Int) -> Flow {
            let steps = (0..<count).map { number in
                FlowStep(
                    id: "s\(number)",
                    options: [StepOption(name: "only", duration: 9.999992e-7, resources: ["r": 1e9])],
                    progress: StepProgress(started: 9.999992e-7)
                )
            }
            return Flow(
                steps: steps + [step("o", 1, ["r": 1])],
                capacity: ["r": Capacity(1e9)],
                now: 1.999_998_4e-6
            )
        }
        let error = #expect(throws: FlowValidationError.self) { try FlowProblem(flow(9_300)) }
        #expect(error?.issues.first?.message.contains("is held than there is") == true)
        #expect(try optimize(flow(1), brief).schedule.steps.count == 2)
    }

    /// 0.1 + 0.2 is 0.3, also where doubles say that it is more.
    @Test func whatHasJustEndedHoldsNothing() throws {
        let begun = [("a", 0.2, 0.1), ("b", 1, 0.3)].map { id, duration, started in
            FlowStep(id: id, options: step(id, duration, ["r": 1]).options, progress: StepProgress(started: started))
        }
        let flow = Flow(steps: begun + [step("c", 1, ["r": 1])], capacity: ["r": Capacity(1)], now: 0.3)
        #expect(try optimize(flow).schedule.makespan == 2.3)
    }

    /// What began or ended now did so not later, however it was added up.
    @Test func timesOfProgressAreComparedWithinRounding() throws {
        func flow(_ progress: StepProgress, now: Double) -> Flow {
            let done = FlowStep(id: "a", options: step("a", 1).options, progress: progress)
            return Flow(steps: [done, step("b", 1)], capacity: [:], now: now)
        }
        let sum = 0.1 + 0.2
        for sound in [
            flow(StepProgress(started: sum), now: 0.3), flow(StepProgress(started: sum, finished: 0.3), now: 0.3),
            flow(StepProgress(started: 0, finished: sum), now: 0.3),
        ] {
            #expect(try optimize(sound).schedule.steps.count == 2)
        }
        for broken in [
            flow(StepProgress(started: 0.300_002), now: 0.3),
            flow(StepProgress(started: 0.300_002, finished: 0.3), now: 0.4),
            flow(StepProgress(started: 0, finished: 0.300_002), now: 0.3),
            flow(StepProgress(started: .infinity), now: 0.3), flow(StepProgress(started: .nan, finished: 1), now: 0.3),
        ] {
            #expect(throws: FlowValidationError.self) { try FlowProblem(broken) }
        }
    }

    /// The greatest numbers a flow may have.
    @Test func theGreatestNumbersAreComputedWith() throws {
        let wide = Flow(
            steps: (0..<20).map { number in
                FlowStep(
                    id: "s\(number)",
                    options: [
                        StepOption(name: "a", duration: 1e8, resources: ["r": 1e9], cost: 1e9, quality: 1e-300),
                        StepOption(name: "b", duration: 0.000_001, resources: ["r": 0.000_001], cost: 0, quality: 0),
                    ],
                    release: 2e9,
                    due: -2e9,
                    weight: 2e9
                )
            },
            capacity: ["r": Capacity([.init(from: 0, amount: 1e9), .init(from: 2e9, amount: 1)])],
            constraints: FlowConstraints(deadline: 1e12, maximumCost: 1e12, minimumQuality: .init(0, .product)),
            objective: FlowObjective(makespan: 1e9, cost: 1e9, quality: 1e9),
            now: 2e9
        )
        let outcome = try Optimizer.optimize(
            try FlowProblem(wide),
            options: .init(timeLimit: .seconds(5), stepBudget: 50, schedulesPerQuestion: 2)
        )
        #expect(outcome.schedule.makespan.isFinite)
    }
}
