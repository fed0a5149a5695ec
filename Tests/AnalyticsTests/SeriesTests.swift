import Analytics
import NovaContract
import Testing

/// Windows, levels and what is told of buckets.
@Suite struct SeriesTests {
    private static let now: Int64 = 1_732_500_000_000

    private func window(_ from: Int64? = nil, _ to: Int64? = nil, _ step: Int64? = nil) throws -> ActivityWindow {
        try ActivityWindow(from: from, to: to, step: step, now: Self.now)
    }

    @Test func theLastHourIsTheDefault() throws {
        let window = try window()
        #expect((window.resolution, window.step) == (.minute, 60))
        #expect(window.to >= Self.now && window.to - Self.now < 60_000)
        #expect(window.steps == 61 || window.steps == 60)
    }

    @Test func whatIsKeptDecidesTheResolution() throws {
        let hour: Int64 = 3_600_000
        #expect(try window(Self.now - 20 * hour).resolution == .hour)
        #expect(try window(Self.now - 20 * hour).step == 3_600)
        #expect(try window(Self.now - 240 * hour).resolution == .day)
        // A step that is whole hours is read from hours.
        #expect(try window(Self.now - hour, nil, 3_600).resolution == .hour)
        #expect(try window(Self.now - hour, nil, 600).resolution == .minute)
        for (from, step) in [(Self.now - 20 * hour, Int64(60)), (Self.now - 800 * hour, 86_400), (Self.now, 60)] {
            #expect(throws: NovaError.self) { try window(from, nil, step) }
        }
        #expect(throws: NovaError.self) { try window(nil, nil, 90) }
    }

    @Test func levelsAreKnownForEachMinute() throws {
        let window = try ActivityWindow(from: 0, to: 600_000, step: nil, now: 600_000)
        func bucket(_ number: Int64, _ first: Double, _ integral: Double, at: Int64, _ last: Double) -> ActivityBucket {
            ActivityBucket(
                number: number,
                level: LevelRecord(
                    first: first,
                    integral: integral,
                    at: at,
                    last: last,
                    maximum: max(first, last),
                    capacity: 4_000
                )
            )
        }
        // One from the middle of minute 2 on, three from the end of minute 5.
        let buckets = [
            bucket(2, 0, 0, at: 150_000, 1_000), bucket(5, 1_000, 1_000 * 59_999, at: 359_999, 3_000),
        ]
        let levels = LevelSeries(buckets, window, now: 600_000, level: 3_000, capacity: 4_000)
        #expect(
            levels.points.map { ($0.mean / 500).rounded() * 500 }.prefix(9) == [
                0, 0, 500, 1_000, 1_000, 1_000, 3_000, 3_000, 3_000,
            ]
        )
        #expect(levels.maximum == 3_000)
        let nothing = LevelSeries([], window, now: 600_000, level: 2_000, capacity: 4_000)
        #expect(nothing.mean == 2_000)
    }

    @Test func figuresAreTheSumOfTheWindow() throws {
        let window = try ActivityWindow(from: 0, to: 600_000, step: 300, now: 600_000)
        var buckets = (0..<10).map { number in
            var bucket = ActivityBucket(number: Int64(number), counts: [.completed: 9, .failed: 1])
            for _ in 0..<10 { bucket.handling.add(microseconds: 1_000_000) }
            return bucket
        }
        // Of another time.
        buckets.append(ActivityBucket(number: 99, counts: [.completed: 1_000]))
        let summary = ActivitySummary(buckets, kind: .commands, window: window)
        let told = summary.json
        #expect(told["counts"] == ["completed": 90, "failed": 10, "finished": 100])
        #expect(told["success_rate"]?.doubleValue == 0.9)
        #expect(told["series"]?.arrayValue?.count == 2)
        #expect(told["series"]?.arrayValue?.first?["finished"]?.intValue == 50)
        let p99 = try #require(told["latency_seconds"]?["handling"]?["p99"]?.doubleValue)
        #expect(abs(p99 - 1) <= 0.015)
        #expect(told["latency_seconds"]?["queue"] == .null)
        #expect(told["trend"]?["throughput"]?["direction"] == "steady")
        #expect(summary.confidence > 0.8)
        let nothing = ActivitySummary([], kind: .commands, window: window)
        #expect(nothing.confidence == 0 && nothing.insights.isEmpty)
        #expect(nothing.json["success_rate"] == .null)
    }

    @Test func aHistogramOfTwoIsTheirSum() {
        var (left, right, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for value in stride(from: Int64(0), through: 100_000, by: 7) {
            if value.isMultiple(of: 2) { left.add(microseconds: value) } else { right.add(microseconds: value) }
            both.add(microseconds: value)
        }
        left.merge(right)
        #expect(left == both)
    }
    @Test func theSpansOfAHistogramHoldItsTimes() {
        #expect(LatencyHistogram().spans.isEmpty)
        for value in [0, 1, 2, 999, 1_000, 123_456_789] as [Int64] {
            var histogram = LatencyHistogram()
            histogram.add(microseconds: value)
            let span = histogram.spans[0]
            let seconds = Double(value) / 1e6
            #expect(span.lower <= seconds && span.upper == seconds && span.count == 1, "\(value)")
            histogram.add(microseconds: 10 * value + 10)
            let spans = histogram.spans
            #expect(spans.count == 2 && spans[0].upper <= spans[1].lower, "\(value)")
            #expect(spans[0].upper >= seconds && spans[0].upper <= max(1e-6, 1.0305 * spans[0].lower), "\(value)")
        }
    }
}
