import Foundation
package import NovaContract

/// What one subject's buckets say, as clients read it.
package struct ActivitySummary: Sendable {
    package let kind: ActivityKind
    package let window: ActivityWindow
    /// All of the window.
    package let whole: ActivityBucket
    private let buckets: [ActivityBucket]

    /// - Parameter buckets: in order; those outside the window are left out.
    package init(_ buckets: [ActivityBucket], kind: ActivityKind, window: ActivityWindow) {
        self.kind = kind
        self.window = window
        self.buckets = buckets.filter { $0.number >= window.firstBucket && $0.number <= window.lastBucket }
        whole = self.buckets.reduce(into: ActivityBucket(number: window.firstBucket)) { $0.merge($1) }
    }

    package static let confidenceBasis =
        "1 minus the width of the 95 % Wilson score interval of the share that went well"

    private var decided: Int { kind.good(whole) + kind.bad(whole) }

    /// 0 where nothing is known.
    package var confidence: Double {
        let interval = WilsonInterval(successes: kind.good(whole), of: decided)
        return 1 - (interval.upper - interval.lower)
    }

    package var insights: [Insight] { ChangeInsights(buckets, kind: kind, window: window).find() }

    // MARK: - For clients

    /// Without the steps.
    package var figures: JSONObject {
        var counts = Dictionary(uniqueKeysWithValues: whole.counts.map { ($0.key.name, JSONValue($0.value)) })
        counts["finished"] = JSONValue(kind.finished(whole))
        let interval = WilsonInterval(successes: kind.good(whole), of: decided)
        return [
            "counts": .object(counts),
            "throughput_per_second": JSONValue(Double(kind.finished(whole)) / window.seconds),
            "success_rate": decided == 0 ? .null : JSONValue(Double(kind.good(whole)) / Double(decided)),
            "success_interval": decided == 0 ? .null : [JSONValue(interval.lower), JSONValue(interval.upper)],
            "latency_seconds": [
                "queue": Self.latency(whole.queue), "handling": Self.latency(whole.handling),
                "total": Self.latency(whole.total),
            ],
        ]
    }

    /// All of it.
    package var json: JSONObject {
        figures.merging([
            "trend": [
                "throughput": trend(throughputs),
                "handling": trend(
                    buckets.dropLast().compactMap { bucket in bucket.handling.mean.map { (bucket.number, $0) } }
                ),
            ],
            "series": .array(series),
        ]) { $1 }
    }

    private static func latency(_ histogram: LatencyHistogram) -> JSONValue {
        guard !histogram.isEmpty else { return .null }
        let quantiles = histogram.quantiles([0.5, 0.9, 0.95, 0.99])
        return [
            "count": JSONValue(histogram.count), "mean": JSONValue(histogram.mean), "p50": told(quantiles[0]),
            "p90": told(quantiles[1]), "p95": told(quantiles[2]), "p99": told(quantiles[3]),
            "max": JSONValue(Double(histogram.maximum) / 1e6),
        ]
    }

    /// A quantile to four digits: what follows would say more than is known.
    private static func told(_ quantile: Double?) -> JSONValue {
        guard let quantile, quantile > 0 else { return JSONValue(quantile) }
        let scale = pow(10, 3 - log10(quantile).rounded(.down))
        return JSONValue((quantile * scale).rounded() / scale)
    }

    /// A step for each in which something happened.
    private var series: [JSONValue] {
        let length = window.step / window.resolution.seconds
        let steps = Dictionary(grouping: buckets) { ($0.number - window.firstBucket) / length }
        return steps.keys.sorted().map { step in
            let sum = (steps[step] ?? []).reduce(into: ActivityBucket(number: step)) { $0.merge($1) }
            let decided = kind.good(sum) + kind.bad(sum)
            let handling = sum.handling.quantiles([0.5, 0.99])
            let queue = sum.queue.quantiles([0.5, 0.99])
            return [
                "at": .string(Timestamp.string(milliseconds: window.from + step * window.step * 1_000)),
                "finished": JSONValue(kind.finished(sum)), "bad": JSONValue(kind.bad(sum)),
                "throughput_per_second": JSONValue(Double(kind.finished(sum)) / window.seconds(ofStep: step)),
                "success_rate": decided == 0 ? .null : JSONValue(Double(kind.good(sum)) / Double(decided)),
                "handling_p50": Self.told(handling[0]), "handling_p99": Self.told(handling[1]),
                "queue_p50": Self.told(queue[0]), "queue_p99": Self.told(queue[1]),
            ]
        }
    }

    /// A second, of each bucket from the first in which something happened to the last that is over.
    private var throughputs: [(bucket: Int64, value: Double)] {
        guard let first = buckets.first?.number else { return [] }
        let last = min(window.lastBucket, window.now / 1_000 / window.resolution.seconds - 1)
        guard first <= last else { return [] }
        let known = Dictionary(buckets.map { ($0.number, kind.finished($0)) }, uniquingKeysWith: +)
        return (first...last).map { ($0, Double(known[$0] ?? 0) / Double(window.resolution.seconds)) }
    }

    /// How a figure changes with time, by least squares; null where there are too few points.
    private func trend(_ figures: [(bucket: Int64, value: Double)]) -> JSONValue {
        let points = figures.map { (x: Double($0.bucket) * Double(window.resolution.seconds) / 3_600, y: $0.value) }
        guard let line = Line(points) else { return .null }
        return [
            "per_hour": JSONValue(line.slope), "interval": [JSONValue(line.low), JSONValue(line.high)],
            "direction": line.low > 0 ? "rising" : line.high < 0 ? "falling" : "steady",
        ]
    }
}

/// A line through points by least squares, with the 99 % interval of its slope.
struct Line {
    let slope: Double
    let low: Double
    let high: Double

    init?(_ points: [(x: Double, y: Double)]) {
        guard points.count >= 10 else { return nil }
        let count = Double(points.count)
        let (x, y) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
        let spread = points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
        guard spread > 0 else { return nil }
        let slope = points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) } / spread
        let rest = points.reduce(0) { sum, point in
            let away = point.y - y - slope * (point.x - x)
            return sum + away * away
        }
        let error = (rest / (count - 2) / spread).squareRoot()
        let width = Distributions.studentQuantile(twoSided: 0.01, freedom: count - 2) * error
        (self.slope, low, high) = (slope, slope - width, slope + width)
    }
}
