import Testing

@testable import Optimization

/// What bins of recorded durations say of a step.
@Suite struct ObservedDurationTests {
    private typealias Bins = [(lower: Double, upper: Double, count: Int)]

    /// Bins of the same ratio with random counts, some of them empty; the first begins at 0.
    private static func bins(seed: UInt64) -> Bins {
        var random = RandomSource(seed: seed)
        var bins: Bins = [(0, 0.5, random.below(3))]
        for _ in 0..<40 {
            let lower = bins[bins.count - 1].upper
            bins.append((lower, lower * 1.03, random.coin() ? random.below(9) : 0))
        }
        bins.append((100, 101, 1))
        return bins
    }

    private static func shares(_ count: Int) -> [Double] { (0..<count).map { Double($0) / Double(count) } }

    @Test func isNothingWithoutRuns() {
        #expect(DurationDistribution([]) == nil)
        #expect(DurationDistribution([(1, 2, 0), (2, 4, 0)]) == nil)
    }

    @Test func dividesABinInEqualRatios() throws {
        let one = try #require(DurationDistribution([(0.5, 1, 0), (1, 16, 8)]))
        #expect(one.runs == 8)
        for (u, seconds) in [(0, 1), (0.25, 2), (0.5, 4), (0.75, 8)] as [(Double, Double)] {
            #expect(one.sample(u) == seconds)
        }
        #expect(one.median == 4)
        #expect(abs(one.sample(0.999_999_999) - 16) < 1e-6)
        // On a logarithmic scale nothing is between 0 and the end.
        #expect(DurationDistribution([(0, 4, 2)])?.sample(0.25) == 1)
        #expect(DurationDistribution([(0, 0, 9)])?.p90 == 0)
        #expect(DurationDistribution([(3, 3, 5)])?.p90 == 3)
    }

    @Test func agreesWithTheRanksOfTheRuns() throws {
        // Each run in a bin of its own.
        let times = (1...20).map(Double.init)
        let runs = try #require(DurationDistribution(times.map { ($0, $0, 1) }))
        #expect(runs.median == 10)
        #expect(runs.p90 == 18)
        #expect(Self.shares(20).dropFirst().map(runs.sample) == Array(times.dropLast()))
    }

    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func quantilesRiseWithinTheBinsOfTheirRanks(seed: UInt64) throws {
        let bins = Self.bins(seed: seed)
        let runs = try #require(DurationDistribution(bins))
        #expect(runs.runs == bins.reduce(0) { $0 + $1.count })
        let ranked = bins.flatMap { bin in Array(repeating: bin, count: bin.count) }
        var last = 0.0
        for u in Self.shares(4_096) {
            let value = runs.sample(u)
            let bin = ranked[max(1, Int((u * Double(runs.runs)).rounded(.up))) - 1]
            #expect(bin.lower...bin.upper ~= value, "\(u)")
            #expect(value >= last, "\(u)")
            last = value
        }
        #expect(runs.median <= runs.p90)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func samplesAreDistributedAsTheRuns(seed: UInt64) throws {
        let bins = Self.bins(seed: seed)
        let runs = try #require(DurationDistribution(bins))
        var random = RandomSource(seed: seed)
        let count = 20_000
        let samples = (0..<count).map { _ in runs.sample(random.unit()) }.sorted()
        // Of so many the share below a value is off by 2 % once in four million times (Dvoretzky, Kiefer, Wolfowitz).
        for (share, quantile) in [(0.5, runs.median), (0.9, runs.p90)] {
            let below = Double(samples.prefix { $0 <= quantile }.count) / Double(count)
            #expect(abs(below - share) < 0.02)
        }
        for bin in bins {
            let drawn = samples.count { $0 > bin.lower && $0 <= bin.upper }
            #expect(abs(Double(drawn) / Double(count) - Double(bin.count) / Double(runs.runs)) < 0.04)
        }
    }

    @Test func drawsOnlyWhatWasRun() throws {
        let runs = try #require(DurationDistribution([(1, 1.03, 3), (50, 51.5, 1)]))
        let samples = Self.shares(1_000).map(runs.sample)
        #expect(samples.allSatisfy { $0 <= 1.03 || $0 >= 50 })
        #expect(samples.count { $0 >= 50 } == 249)
    }
}
