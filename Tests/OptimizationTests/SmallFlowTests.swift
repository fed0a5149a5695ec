import Optimization
import Testing

/// Flows whose answer is known by hand.
@Suite struct SmallFlowTests {
    @Test func reordersAJobShop() throws {
        // Lathe: 1 + 5 + 3 = 9 of work, none of it before b1 has taken 1: 10, and b1 c1 a1 reaches it.
        let outcome = try optimize(.jobShop)
        #expect(outcome.schedule.makespan == 10)
        #expect(outcome.lowerBound == 10)
        #expect(outcome.lowerBoundSource == "resource energy: lathe")
        #expect(outcome.isOptimal && outcome.gap == 0 && outcome.confidence == 1)
        #expect(outcome.baselineSequential == 16)
        #expect(outcome.baselineSubmitted?.makespan == 13)
        #expect(outcome.utilization == ["press": 0.7, "lathe": 0.9])
        #expect(outcome.criticalPath == ["b1", "a1", "c1", "c2"])
        #expect(outcome.criticalLinks.map(\.resource) == [nil, "press", "press", nil])
        #expect(
            outcome.criticalLinks.map(\.reason) == [
                "starts at once", "waits for \"press\" held by \"b1\"", "waits for \"press\" held by \"a1\"",
                "waits for \"c1\"",
            ]
        )
        #expect(outcome.stopped == .optimal)
    }

    @Test func boundsByTheCriticalPath() throws {
        let outcome = try optimize(
            Flow(steps: [
                step("a", 2), step("b", 3, after: ["a"]), step("c", 1, after: ["a"]), step("d", 1, after: ["b"]),
            ])
        )
        #expect(outcome.lowerBound == 6)
        #expect(outcome.lowerBoundSource == "critical path")
        #expect(outcome.schedule.makespan == 6)
        #expect(outcome.slack == ["a": 0, "b": 0, "c": 3, "d": 0])
        #expect(outcome.criticalPath == ["a", "b", "d"])
    }

    @Test func boundsByWhatRunsOneAtATime() throws {
        // Energy: 3 × 3 × 2 ÷ 4 = 4.5; but two of three units never fit beside another two.
        let outcome = try optimize(
            Flow(
                steps: ["a", "b", "c"].map { step($0, 2, ["gpu": 3]) } + [step("d", 1, ["gpu": 1])],
                capacity: ["gpu": 4]
            )
        )
        #expect(outcome.lowerBound == 6)
        #expect(outcome.lowerBoundSource == "one at a time: gpu")
        #expect(outcome.isOptimal)
    }

    @Test func provesByTryingAll() throws {
        // Work 10 on capacity 4 takes at least 3 s of 1 s each, but a 3 and a 2 never fit together.
        let flow = Flow(
            steps: [3.0, 3, 2, 2, 2].enumerated().map { step("s\($0.offset)", 1, ["gpu": $0.element]) },
            capacity: ["gpu": 4]
        )
        let outcome = try optimize(flow)
        #expect(outcome.schedule.makespan == 4)
        #expect(outcome.isOptimal)
    }

    @Test func givesBackAtTheMomentOfAStart() throws {
        let flow = Flow(
            steps: [step("a", 0.1, ["r": 1]), step("b", 0.2, ["r": 1]), step("c", 0.3, ["r": 1])],
            capacity: ["r": 1]
        )
        let outcome = try optimize(flow)
        #expect(outcome.schedule.makespan == 0.6)
        #expect(outcome.isOptimal)
    }

    @Test func repairsTheSubmittedOrder() throws {
        let outcome = try optimize(Flow(steps: [step("b", 1, after: ["a"]), step("a", 2)]))
        #expect(outcome.baselineSubmitted?.makespan == 3)
        #expect(outcome.schedule.steps.map(\.step) == ["a", "b"])
        #expect(outcome.schedule.steps.map(\.start) == [0, 2])
    }

    @Test func namesResourcesWithoutACapacity() throws {
        let outcome = try optimize(Flow(steps: [step("a", 1, ["gpu": 5, "cpu": 1])], capacity: ["cpu": 1]))
        #expect(outcome.unlimitedResources == ["gpu"])
        #expect(outcome.utilization == ["cpu": 1])
    }

    /// Products of the greatest amounts and durations pass 64 bits.
    @Test func countsTheGreatestNumbers() throws {
        let flow = Flow(
            steps: (0..<12).map { step("s\($0)", 1e8 - Double($0), ["r": 1e9 - 0.000001 * Double($0)]) },
            capacity: ["r": 1e9]
        )
        let outcome = try optimize(flow)
        #expect(outcome.schedule.makespan == 12e8 - 66)
        #expect(outcome.isOptimal)
    }
}
