import Optimization
import Testing

@Suite struct PsplibTests {
    /// With so many schedules each, so far above the best that is known on average.
    @Test(
        .enabled(if: Psplib.found != nil, "needs the PSPLIB instances"),
        arguments: [
            ("rcpsp/j30", 8, 2_000, 0.02), ("mrcpsp/j20", 28, 2_000, 0.02), ("mrcpsp/j30", 40, 2_000, 0.04),
        ]
    )
    func staysNearTheBestKnown(_ set: String, every stride: Int, schedules: Int, deviation most: Double) throws {
        let instances = try #require(Psplib.found).instances(set, every: stride)
        #expect(instances.count >= 7)
        var deviation = 0.0
        for instance in instances {
            let outcome = try optimize(
                instance.flow,
                .init(timeLimit: .seconds(60), stepBudget: schedules, schedulesPerQuestion: 0)
            )
            #expect(ScheduleValidator.violations(of: outcome.schedule, in: instance.flow).isEmpty)
            #expect(outcome.lowerBound <= instance.bestKnown, "\(instance.name)")
            #expect(outcome.schedule.makespan >= instance.lowerBound, "\(instance.name)")
            deviation += outcome.schedule.makespan / instance.bestKnown - 1
        }
        #expect(deviation / Double(instances.count) <= most)
    }
}
