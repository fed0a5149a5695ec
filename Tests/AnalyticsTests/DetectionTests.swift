import Analytics
import NovaContract
import NovaTestKit
import Testing

/// How soon a fault that begins after a calm hour is told of.
@Suite struct DetectionTests {
    private static let systems = 60

    /// Minutes until it is told of, in all systems; those in which it is not are nil.
    private static func measure(
        _ name: String,
        _ kind: Insight.Kind,
        before: (inout Simulation) -> Void = { _ in },
        _ fault: (inout Simulation) -> Void
    ) -> [Int?] {
        let delays = (0..<systems).map { seed in
            var simulation = Simulation(seed: 1_000 + UInt64(seed))
            before(&simulation)
            return simulation.delay(of: kind, fault)
        }
        let found = delays.compactMap(\.self).sorted()
        let (middle, late) = (found.isEmpty ? 0 : found[found.count / 2], found.last ?? 0)
        print("\(name): told of in \(found.count) of \(systems), median \(middle) min, the last after \(late)")
        return delays
    }

    private static func share(_ delays: [Int?], within minutes: Int) -> Double {
        Double(delays.count { $0.map { $0 <= minutes } ?? false }) / Double(delays.count)
    }

    @Test func timesTwiceAsLongAreToldOfWithinThreeMinutes() {
        let busy = Self.measure("twice as long, 30 a minute", .latencyRegression) { $0.median *= 2 }
        #expect(Self.share(busy, within: 3) >= 0.99)
        let calm = Self.measure("twice as long, 5 a minute", .latencyRegression, before: { $0.rate = 5 }) {
            $0.median *= 2
        }
        #expect(Self.share(calm, within: 10) >= 0.95)
        let restless = Self.measure("three times as long, restless", .latencyRegression, before: { $0.unrest = 0.3 }) {
            $0.median *= 3
        }
        #expect(Self.share(restless, within: 5) >= 0.95)
    }

    @Test func aThirdMoreIsToldOfToo() {
        let slow = Self.measure("a third longer, 30 a minute", .latencyRegression) { $0.median *= 1.33 }
        #expect(Self.share(slow, within: 10) >= 0.95)
    }

    @Test func failuresAreToldOfWithinMinutes() {
        let many = Self.measure("failures from 2 to 20 %", .failureRateRise) { $0.failures = 0.2 }
        #expect(Self.share(many, within: 5) >= 0.95)
        let none = Self.measure("failures from 0 to 10 %", .failureRateRise, before: { $0.failures = 0 }) {
            $0.failures = 0.1
        }
        #expect(Self.share(none, within: 5) >= 0.95)
        let retries = Self.measure("retries from 2 to 20 %", .retriesRise) { $0.retries = 0.2 }
        #expect(Self.share(retries, within: 5) >= 0.95)
    }

    @Test func whatIsToldIsWhatHappened() throws {
        var simulation = Simulation(seed: 7)
        var buckets = simulation.minutes(50)
        simulation.median *= 2
        buckets += (50..<60).map { simulation.minute($0) }
        let insight = try #require(Simulation.insights(buckets).first { $0.kind == .latencyRegression })
        #expect(insight.severity == .critical || insight.severity == .warning)
        #expect(insight.confidence > 0.999)
        let ratio = try #require(insight.evidence["ratio"]?.doubleValue)
        let interval = try #require(Self.numbers(insight, "ratio_interval"))
        #expect(interval[0] <= 2 && 2 <= interval[1] && interval[0] < ratio && ratio < interval[1])
        // The minute it began.
        #expect(insight.evidence["window"]?["from"] == "1970-01-01T00:50:00.000Z")
        #expect(insight.text.contains("00:50 UTC"))
    }

    private static func numbers(_ insight: Insight, _ name: String) -> [Double]? {
        insight.evidence[name]?.arrayValue?.compactMap(\.doubleValue)
    }

    // MARK: - Resources, agents, steps

    @Test func aLevelThatGrowsIsDrawnOn() throws {
        var inside = 0
        for seed in 0..<200 {
            var simulation = Simulation(seed: UInt64(seed))
            // 500 more each minute: from 50 000 to 80 000 in the hour, full after 40 minutes more.
            let levels = (0..<60).map { 50_000 + 500 * Double($0) + 1_000 * simulation.normal() }
            guard let insight = saturation(levels, capacity: 100_000).first else { continue }
            #expect(insight.kind == .saturationForecast)
            let interval = try #require(Self.numbers(insight, "seconds_interval"))
            if interval[0] <= 2_430 && 2_430 <= interval[1] { inside += 1 }
        }
        print("forecasts whose interval holds the truth: \(inside) of 200")
        #expect(inside >= 180)
    }

    @Test func whatIsFullWhileOthersWaitIsTold() {
        let window = Simulation.window
        func bucket(_ minute: Int, wait: Int64) -> ActivityBucket {
            var bucket = ActivityBucket(
                number: Int64(minute),
                level: LevelRecord(
                    first: 4_000,
                    integral: 4_000 * 60_000,
                    at: Int64(minute + 1) * 60_000,
                    last: 4_000,
                    maximum: 4_000,
                    capacity: 4_000
                )
            )
            bucket.queue.add(microseconds: wait)
            return bucket
        }
        func kinds(wait: Int64) -> [Insight.Kind] {
            let buckets = (0..<60).map { bucket($0, wait: wait) }
            let levels = LevelSeries(buckets, window, now: window.to, level: 4_000, capacity: 4_000)
            return SaturationInsights(levels, buckets, window: window, name: "gpu").find().map(\.kind)
        }
        #expect(kinds(wait: 3_000_000) == [.saturated])
        // Full, and nobody minds.
        #expect(kinds(wait: 100) == [])
    }

    /// Of eight agents with 40 attempts each one is slower, and one fails more often: how often each is named.
    private static func named(slower: Double, failing: Double) -> (slow: Int, failing: Int, others: Int) {
        var named = (slow: 0, failing: 0, others: 0)
        for seed in 0..<systems {
            var simulation = Simulation(seed: UInt64(seed))
            var agents = (0..<8).map { simulation.member("a\($0)", times: 40, median: 1, failures: 0.05) }
            agents[3] = simulation.member("a3", times: 40, median: slower, failures: 0.05)
            agents[5] = simulation.member("a5", times: 40, median: 1, failures: failing)
            for insight in ComparisonInsights.stragglers(agents, window: Simulation.window) {
                switch (insight.kind, insight.evidence["agent_id"]) {
                case (.slowAgent, "a3"): named.slow += 1
                case (.failingAgent, "a5"): named.failing += 1
                default: named.others += 1
                }
            }
        }
        print("agents, \(slower) times as slow, \(failing) failing: \(named) of \(systems)")
        return named
    }

    @Test func whoIsSlowOrFailsIsNamed() {
        let clear = Self.named(slower: 5, failing: 0.6)
        #expect(clear.slow >= 57 && clear.failing == 60 && clear.others == 0)
        let less = Self.named(slower: 3, failing: 0.4)
        #expect(less.slow >= 45 && less.failing >= 57 && less.others == 0)
    }

    @Test func theStepThatTakesTheLongestIsNamed() {
        var simulation = Simulation(seed: 3)
        let steps = [
            simulation.member("load", times: 50, median: 1, failures: 0),
            simulation.member("train", times: 50, median: 4, failures: 0),
            simulation.member("store", times: 50, median: 0.5, failures: 0),
        ]
        let found = ComparisonInsights.bottleneck(steps, flow: "nightly", window: Simulation.window)
        #expect(found?.evidence["step"] == "train")
        // Of one step that is hardly known nothing is said, nor of the flow.
        let unknown = simulation.member("new", times: 5, median: 9, failures: 0)
        #expect(ComparisonInsights.bottleneck(steps + [unknown], flow: "nightly", window: Simulation.window) == nil)
    }
}
