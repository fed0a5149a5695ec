import Analytics
import Foundation
import NovaContract
import NovaTestKit
import Testing

/// What is said of systems in which nothing changes: nothing, but for the share that is measured here.
@Suite struct FalsePositiveTests {
    private static let systems = 500

    /// Share of systems of which anything is said, and what.
    private static func measure(_ name: String, _ change: (inout Simulation) -> Void) -> Double {
        var found: [Insight.Kind: Int] = [:]
        var said = 0
        for seed in 0..<systems {
            var simulation = Simulation(seed: UInt64(seed))
            change(&simulation)
            let insights = Simulation.insights(simulation.minutes(60))
            if !insights.isEmpty { said += 1 }
            for insight in insights { found[insight.kind, default: 0] += 1 }
        }
        print("false positives, \(name): \(said) of \(systems) \(found)")
        return Double(said) / Double(systems)
    }

    @Test func ofNoiseAlmostNothingIsSaid() {
        #expect(Self.measure("busy") { $0.rate = 60 } <= 0.005)
        #expect(Self.measure("calm") { $0.rate = 5 } <= 0.005)
        #expect(Self.measure("failing often") { $0.failures = 0.2 } <= 0.005)
    }

    @Test func ofMinutesThatDifferAnyhowAlmostNothingIsSaid() {
        #expect(Self.measure("restless") { $0.unrest = 0.3 } <= 0.005)
        #expect(Self.measure("very restless") { $0.unrest = 1 } <= 0.005)
    }

    @Test func ofAQuietSystemNothingIsSaid() {
        #expect(Simulation.insights([]).isEmpty)
        for seed in 0..<200 {
            var simulation = Simulation(seed: UInt64(seed))
            simulation.rate = 0.2
            // However different its few commands are.
            simulation.spread = 3
            #expect(Simulation.insights(simulation.minutes(60)).isEmpty)
        }
    }

    // MARK: - Levels

    private static func forecasts(_ name: String, _ level: (inout Simulation, Int, Double) -> Double) -> Double {
        var said = 0
        for seed in 0..<systems {
            var simulation = Simulation(seed: UInt64(seed))
            var levels: [Double] = []
            for minute in 0..<60 { levels.append(level(&simulation, minute, levels.last ?? 50_000)) }
            if !saturation(levels, capacity: 100_000).isEmpty { said += 1 }
        }
        print("false forecasts, \(name): \(said) of \(systems)")
        return Double(said) / Double(systems)
    }

    @Test func levelsThatSwingOrWanderAreNotDrawnOn() {
        #expect(Self.forecasts("swinging") { simulation, _, _ in 50_000 + 5_000 * simulation.normal() } <= 0.005)
        #expect(Self.forecasts("wandering") { simulation, _, last in last + 2_000 * simulation.normal() } <= 0.005)
        let slow = Self.forecasts("coming back") { simulation, _, last in
            50_000 + 0.9 * (last - 50_000) + 2_000 * simulation.normal()
        }
        #expect(slow <= 0.005)
        #expect(Self.forecasts("still") { _, _, _ in 50_000 } == 0)
    }

    // MARK: - Agents and steps

    @Test func agentsThatAreAlikeAreNotTold() {
        var said = 0
        for seed in 0..<300 {
            var simulation = Simulation(seed: UInt64(seed))
            let agents = (0..<8).map { number in
                simulation.member("a\(number)", times: 40, median: 1, failures: 0.05)
            }
            if !ComparisonInsights.stragglers(agents, window: Simulation.window).isEmpty { said += 1 }
        }
        print("false stragglers: \(said) of 300")
        #expect(said <= 3)
    }

    @Test func stepsThatTakeTheSameAreNoBottleneck() {
        var said = 0
        for seed in 0..<300 {
            var simulation = Simulation(seed: UInt64(seed))
            let steps = (0..<4).map { simulation.member("s\($0)", times: 50, median: 1, failures: 0) }
            if ComparisonInsights.bottleneck(steps, flow: "f", window: Simulation.window) != nil { said += 1 }
        }
        print("false bottlenecks: \(said) of 300")
        #expect(said <= 1)
    }
}

/// Of a resource whose level was so in the minutes of the window.
func saturation(_ levels: [Double], capacity: Double) -> [Insight] {
    let window = Simulation.window
    let buckets = levels.enumerated().map { minute, level in
        let end = Int64(minute + 1) * 60_000
        return ActivityBucket(
            number: Int64(minute),
            level: LevelRecord(
                first: level,
                integral: level * 60_000,
                at: end,
                last: level,
                maximum: level,
                capacity: capacity
            )
        )
    }
    let series = LevelSeries(buckets, window, now: window.to, level: levels.last ?? 0, capacity: capacity)
    return SaturationInsights(series, buckets, window: window, name: "gpu").find()
}

extension Simulation {
    mutating func member(_ id: String, times: Int, median: Double, failures: Double) -> ComparisonInsights.Member {
        var bucket = ActivityBucket(number: 0)
        self.median = median
        for _ in 0..<times {
            bucket.handling.add(microseconds: Int64(median * 1e6 * pow(2.718281828, spread * normal())))
            bucket.counts[uniform() < failures ? .failed : .completed, default: 0] += 1
        }
        return .init(id: id, activity: bucket)
    }
}
