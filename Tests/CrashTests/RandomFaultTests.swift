import CrashKit
import NovaTestKit
import Testing

@Suite(.timeLimit(.minutes(6))) struct RandomFaultTests {
    /// `make crash` for a minute, always with the same seed; `make crash SEED=…` takes others.
    @Test func aMinuteOfRandomFaults() async throws {
        let seed: UInt64 = 20_261_125
        let schedule = FaultSchedule(
            seed: seed,
            duration: .seconds(60),
            gateways: 2,
            workers: 2
        )
        print("seed \(seed)\n\(schedule)")
        try await scenario {
            $0.seed = seed
        } _: {
            try await $0.injector.run(schedule)
        }
    }
}
