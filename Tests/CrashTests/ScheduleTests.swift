import CrashKit
import NovaTestKit
import Testing

@Suite struct ScheduleTests {
    private func schedule(_ seed: UInt64) -> FaultSchedule {
        FaultSchedule(seed: seed, duration: .seconds(300), gateways: 2, workers: 3)
    }

    @Test func theSameSeedIsTheSameSchedule() {
        #expect(schedule(7).entries == schedule(7).entries)
        #expect(schedule(7).entries != schedule(8).entries)
    }

    @Test func faultsOfOneTargetDoNotOverlap() {
        var healed: [String: Duration] = [:]
        for entry in schedule(7).entries {
            #expect(entry.at >= healed[entry.fault.target] ?? .zero)
            healed[entry.fault.target] = entry.at + entry.length
        }
    }

    @Test func everyKindOfFaultComes() {
        let kinds = Set((1...5).flatMap { schedule($0).entries }.map(\.fault.kind))
        #expect(kinds.count == 14)
    }

    /// Reference: the first outputs for seed 1234567, as published with the generator.
    @Test func theGeneratorIsSplitMix64() {
        var random = SplitMix64(seed: 1_234_567)
        let first = [random.next(), random.next(), random.next()]
        #expect(first == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }
}
