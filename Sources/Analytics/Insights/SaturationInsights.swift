package import NovaContract

/// Whether a resource is, or soon will be, given away altogether.
package struct SaturationInsights: Sendable {
    private let levels: LevelSeries
    private let buckets: [ActivityBucket]
    private let window: ActivityWindow
    private let name: String

    /// A line is drawn on at most by so many times the window that it is from.
    private static let horizon = 4.0
    private static let full = 0.98
    private static let fewestFull = 5

    package init(_ levels: LevelSeries, _ buckets: [ActivityBucket], window: ActivityWindow, name: String) {
        self.levels = levels
        self.buckets = buckets
        self.window = window
        self.name = name
    }

    package func find() -> [Insight] {
        // Of a time that is over nothing is to be done.
        guard levels.capacity > 0, window.isCurrent else { return [] }
        return [saturated ?? forecast].compactMap(\.self)
    }

    private func amount(_ milli: Double) -> String { Words.rounded(milli / 1_000) }

    /// Full all the time of late, while others waited.
    private var saturated: Insight? {
        let late = levels.points.suffix(Self.fewestFull)
        guard late.count == Self.fewestFull, let first = late.first,
            late.allSatisfy({ $0.mean >= Self.full * levels.capacity })
        else { return nil }
        let then = buckets.filter { $0.number >= first.bucket }
        let waits = then.reduce(into: LatencyHistogram()) { $0.merge($1.queue) }
        let inVain = then.reduce(0) { $0 + $1[.timedOut] }
        let middle = waits.quantiles([0.5])[0] ?? 0
        guard inVain > 0 || middle > 0.1 else { return nil }
        let seconds = Double(Self.fewestFull) * Double(window.resolution.seconds)
        let mean = late.reduce(0) { $0 + $1.mean } / Double(late.count) / levels.capacity
        return Insight(
            kind: .saturated,
            severity: .critical,
            text: "\(name) has been given away for \(Words.seconds(seconds)) (\(Words.percent(mean)) of "
                + "\(amount(levels.capacity))), and others wait (median \(Words.seconds(middle)), \(inVain) in vain): "
                + "raise its capacity, shorten leases, or ask for less.",
            evidence: [
                "utilization": JSONValue(mean), "capacity": JSONValue(levels.capacity / 1_000),
                "median_wait_seconds": JSONValue(middle), "timed_out": JSONValue(inVain),
                "window": [
                    "from": Words.time(window.begin(of: first.bucket)), "seconds": JSONValue(seconds),
                ],
            ],
            // Seen, not inferred.
            confidence: 1
        )
    }

    private var forecast: Insight? {
        // The last bucket is not over.
        guard let drift = Drift.find(levels.points.dropLast().map(\.mean)), drift.p < Insight.significance,
            drift.low > 0, levels.now < levels.capacity
        else { return nil }
        let gap = levels.capacity - levels.now
        let bucket = Double(window.resolution.seconds)
        func seconds(_ perBucket: Double) -> Double { gap / perBucket * bucket }
        let (expected, low, high) = (seconds(drift.perBucket), seconds(drift.high), seconds(drift.low))
        guard expected <= Self.horizon * window.seconds else { return nil }
        return Insight(
            kind: .saturationForecast,
            severity: expected <= window.seconds ? .critical : .warning,
            text: "\(name) will be given away in about \(Words.seconds(expected)) (\(Words.seconds(low)) to "
                + "\(Words.seconds(high))) if it goes on so: \(amount(levels.now)) of \(amount(levels.capacity)) are given, "
                + "\(amount(drift.perBucket / bucket * 3_600)) more each hour.",
            evidence: [
                "allocated": JSONValue(levels.now / 1_000), "capacity": JSONValue(levels.capacity / 1_000),
                "per_hour": JSONValue(drift.perBucket / bucket * 3.6),
                "seconds_until_full": JSONValue(expected),
                "seconds_interval": [JSONValue(low), JSONValue(high)],
                "p_value": JSONValue(drift.p),
                "window": ["from": Words.time(window.from), "to": Words.time(window.to)],
            ],
            confidence: 1 - drift.p
        )
    }
}
