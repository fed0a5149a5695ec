import Optimization
import Testing

/// Every kind of broken schedule is refused; the sound one is not.
@Suite struct ScheduleValidatorTests {
    private let flow = Flow(
        steps: [
            step("load", 2, ["cpu": 0.1]), step("train", 3, ["cpu": 0.2, "gpu": 1], after: ["load"]),
            step("check", 3, ["gpu": 1], after: ["load"]), step("done", 0, ["gpu": 1], after: ["train", "check"]),
        ],
        capacity: ["cpu": 0.3, "gpu": 1]
    )

    private func violations(_ times: [(String, Double, Double)], makespan: Double = 8) -> [ScheduleViolation] {
        let steps = times.map { ScheduledStep(step: $0.0, start: $0.1, finish: $0.2) }
        return ScheduleValidator.violations(of: Schedule(steps: steps, makespan: makespan), in: flow)
    }

    private let sound: [(String, Double, Double)] = [
        ("load", 0, 2), ("train", 2, 5), ("check", 5, 8), ("done", 8, 8),
    ]

    @Test func acceptsASoundSchedule() {
        #expect(violations(sound).isEmpty)
        #expect(violations(sound.reversed()).isEmpty)
    }

    @Test func acceptsIdleTime() {
        #expect(
            violations([("load", 1, 3), ("train", 4, 7), ("check", 7.5, 10.5), ("done", 20, 20)], makespan: 20).isEmpty
        )
    }

    @Test func refusesAMissingStep() {
        #expect(violations(sound.filter { $0.0 != "check" }, makespan: 8) == [.missingStep("check")])
    }

    @Test func refusesAnUnknownStep() {
        #expect(violations(sound + [("extra", 0, 1)]) == [.unknownStep("extra")])
    }

    @Test func refusesAStepTwice() {
        #expect(violations(sound + [("load", 0, 2)]) == [.repeatedStep("load")])
    }

    @Test func refusesAStartBeforeZero() {
        #expect(
            violations([("load", -1, 1), ("train", 2, 5), ("check", 5, 8), ("done", 8, 8)])
                == [.beforeStart(step: "load", start: -1)]
        )
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e13])
    func refusesWhatIsNoTime(_ time: Double) {
        let found = violations([("load", time, 2), ("train", 2, 5), ("check", 5, 8), ("done", 8, 8)])
        #expect(found == [.notATime(step: "load")])
    }

    @Test func refusesAWrongDuration() {
        #expect(
            violations([("load", 0, 1), ("train", 2, 5), ("check", 5, 8), ("done", 8, 8)])
                == [.wrongDuration(step: "load", scheduled: 1, declared: 2)]
        )
        #expect(
            violations([("load", 0, 2), ("train", 2, 5), ("check", 5, 8), ("done", 8, 8.000001)], makespan: 8.000001)
                == [.wrongDuration(step: "done", scheduled: 0.000001, declared: 0)]
        )
    }

    @Test func refusesABrokenDependency() {
        #expect(
            violations([("load", 0, 2), ("train", 1.9, 4.9), ("check", 5, 8), ("done", 8, 8)])
                == [.dependency(step: "train", dependency: "load", start: 1.9, finish: 2)]
        )
    }

    @Test func refusesMoreThanThereIs() {
        #expect(
            violations([("load", 0, 2), ("train", 2, 5), ("check", 4.9, 7.9), ("done", 8, 8)])
                == [.capacity(resource: "gpu", time: 4.9, used: 2, available: 1)]
        )
    }

    /// In doubles 0.1 + 0.2 > 0.3.
    @Test func countsDecimalAmountsExactly() {
        let flow = Flow(steps: [step("a", 1, ["cpu": 0.1]), step("b", 1, ["cpu": 0.2])], capacity: ["cpu": 0.3])
        let together = Schedule(
            steps: ["a", "b"].map { ScheduledStep(step: $0, start: 0, finish: 1) },
            makespan: 1
        )
        #expect(ScheduleValidator.violations(of: together, in: flow).isEmpty)
    }

    @Test func refusesAWrongMakespan() {
        #expect(violations(sound, makespan: 7) == [.wrongMakespan(stated: 7, actual: 8)])
        #expect(violations(sound, makespan: .nan).count == 1)
    }
}
