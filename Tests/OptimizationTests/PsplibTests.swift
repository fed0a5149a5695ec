import Optimization
import Testing

@Suite struct PsplibTests {
    @Test(.enabled(if: Psplib.found != nil, "needs the PSPLIB instances"))
    func staysNearTheBestKnownWith2000Schedules() throws {
        let instances = try #require(Psplib.found).instances("j30", every: 8)
        #expect(instances.count >= 20)
        var deviation = 0.0
        for instance in instances {
            let outcome = try optimize(
                instance.flow,
                .init(timeLimit: .seconds(60), stepBudget: 2_000, schedulesPerQuestion: 0)
            )
            #expect(ScheduleValidator.violations(of: outcome.schedule, in: instance.flow).isEmpty)
            #expect(outcome.lowerBound <= instance.bestKnown, "\(instance.name)")
            #expect(outcome.schedule.makespan >= instance.lowerBound, "\(instance.name)")
            deviation += outcome.schedule.makespan / instance.bestKnown - 1
        }
        #expect(deviation / Double(instances.count) <= 0.02)
    }
}
