package import NovaContract

/// What is otherwise of late than before in one subject's activity.
package struct ChangeInsights: Sendable {
    private let buckets: [ActivityBucket]
    private let kind: ActivityKind
    private let window: ActivityWindow

    /// A change below this is none, however sure it is.
    private static let leastRatio = 1.2
    private static let leastRise = 1.5

    /// - Parameter buckets: of the window, in order, without those in which nothing happened.
    package init(_ buckets: [ActivityBucket], kind: ActivityKind, window: ActivityWindow) {
        self.buckets = buckets
        self.kind = kind
        self.window = window
    }

    package func find() -> [Insight] {
        [handling, wait, failures, retries, deadLetters].compactMap(\.self)
    }

    // MARK: - Times

    private var handling: Insight? {
        // How long something is held is its holder's affair.
        guard kind != .allocations, let change = change(of: \.handling), isFelt(change, \.handling) else { return nil }
        guard change.ratio < 1 else {
            return insight(change, \.handling, .latencyRegression, "take") {
                "look at what else changed then: a deployment, the inputs, the machine."
            }
        }
        return insight(change, \.handling, .latencyImprovement, "take") { "nothing is to be done." }
    }

    private var wait: Insight? {
        guard let change = change(of: \.queue), change.ratio > 1, isFelt(change, \.queue) else { return nil }
        return insight(change, \.queue, .waitRegression, "wait") {
            kind == .allocations
                ? "more is wanted than comes back: raise the capacity, or shorten the leases."
                : "more is asked for than is worked off: start more workers or agents."
        }
    }

    /// Times that nobody notices grow many times over when a machine is busy for a moment, and are recorded in whole
    /// milliseconds: one of the medians must be longer.
    private func isFelt(_ change: MeanChange, _ part: KeyPath<ActivityBucket, LatencyHistogram>) -> Bool {
        let (before, after) = merged(change.begin, part)
        let medians = [before, after].compactMap { $0.quantiles([0.5])[0] }
        return medians.max() ?? 0 >= Insight.leastTime
    }

    private func change(of part: KeyPath<ActivityBucket, LatencyHistogram>) -> MeanChange? {
        let samples = buckets.enumerated().map { index, bucket in
            let moments = bucket[keyPath: part].logMoments
            return MeanChange.Sample(
                index: index,
                count: bucket[keyPath: part].count,
                mean: moments.mean,
                squares: moments.squares
            )
        }
        guard let change = MeanChange.find(samples, binWidth: LatencyHistogram.logGamma),
            change.p < Insight.significance,
            max(change.ratio, 1 / change.ratio) >= Self.leastRatio
        else { return nil }
        return change
    }

    private func merged(_ begin: Int, _ part: KeyPath<ActivityBucket, LatencyHistogram>) -> (
        LatencyHistogram, LatencyHistogram
    ) {
        func sum(_ some: ArraySlice<ActivityBucket>) -> LatencyHistogram {
            some.reduce(into: LatencyHistogram()) { $0.merge($1[keyPath: part]) }
        }
        return (sum(buckets[..<begin]), sum(buckets[begin...]))
    }

    private func insight(
        _ change: MeanChange,
        _ part: KeyPath<ActivityBucket, LatencyHistogram>,
        _ found: Insight.Kind,
        _ verb: String,
        _ advice: () -> String
    ) -> Insight {
        let (before, after) = merged(change.begin, part)
        func figures(_ histogram: LatencyHistogram) -> JSONValue {
            let values = histogram.quantiles([0.5, 0.99])
            return ["count": JSONValue(histogram.count), "p50": JSONValue(values[0]), "p99": JSONValue(values[1])]
        }
        let (middle, earlier) = (after.quantiles([0.5])[0] ?? 0, before.quantiles([0.5])[0] ?? 0)
        let text =
            "Since \(Words.clock(start(change.begin))), \(kind.noun) \(verb) \(Words.rounded(change.ratio)) times as long "
            + "as before (median \(Words.seconds(middle)), before \(Words.seconds(earlier))): \(advice())"
        let severity: Insight.Severity =
            change.ratio < 1 ? .info : change.ratio >= 2 ? .critical : .warning
        return Insight(
            kind: found,
            severity: severity,
            text: text,
            evidence: ([
                "measure": part == \.queue ? "queue_seconds" : "handling_seconds",
                "ratio": JSONValue(change.ratio),
                "ratio_interval": [JSONValue(change.low), JSONValue(change.high)],
                "p_value": JSONValue(change.p),
                "later": figures(after), "earlier": figures(before),
            ] as JSONObject).merging(times(change.begin)) { $1 },
            confidence: 1 - change.p
        )
    }

    // MARK: - Rates

    private var failures: Insight? {
        rise(.failureRateRise, of: kind.bad(_:), among: { kind.good($0) + kind.bad($0) }) { rise in
            kind == .allocations
                ? "waited in vain: raise the capacity, or let them wait longer."
                : "did not come to a good end: read the errors of the newest ones."
        }
    }

    private var retries: Insight? {
        guard kind != .allocations else { return nil }
        return rise(.retriesRise, of: { $0[.retried] }, among: kind.finished(_:)) { _ in
            "had to be tried again: read the last_error of those that go on."
        }
    }

    private var deadLetters: Insight? {
        guard kind == .commands else { return nil }
        return rise(.deadLettersRise, of: { $0[.deadLetters] }, among: kind.finished(_:)) { _ in
            "became dead letters: read them with nova dead-letters list, and replay them when the cause is gone."
        }
    }

    private func rise(
        _ found: Insight.Kind,
        of hits: (ActivityBucket) -> Int,
        among trials: (ActivityBucket) -> Int,
        _ words: (RateRise) -> String
    ) -> Insight? {
        let samples = buckets.enumerated().map { RateRise.Sample(index: $0, hits: hits($1), trials: trials($1)) }
        guard let rise = RateRise.find(samples), rise.p < Insight.significance,
            rise.laterRate >= Self.leastRise * rise.earlierRate
        else { return nil }
        let share = "\(rise.laterHits) of \(rise.laterTrials) \(kind.noun)"
        return Insight(
            kind: found,
            severity: rise.laterRate >= 0.1 ? .critical : .warning,
            text: "Since \(Words.clock(start(rise.begin))), \(share) (\(Words.percent(rise.laterRate)), "
                + "before \(Words.percent(rise.earlierRate))) \(words(rise))",
            evidence: ([
                "later": ["rate": JSONValue(rise.laterRate), "count": JSONValue(rise.laterTrials)],
                "earlier": ["rate": JSONValue(rise.earlierRate), "count": JSONValue(rise.earlierTrials)],
                "p_value": JSONValue(rise.p),
            ] as JSONObject).merging(times(rise.begin)) { $1 },
            confidence: 1 - rise.p
        )
    }

    // MARK: - Times of the evidence

    private func start(_ index: Int) -> Int64 { window.begin(of: buckets[index].number) }

    private func times(_ begin: Int) -> JSONObject {
        let last = window.begin(of: (buckets.last?.number ?? 0) + 1)
        return [
            "window": ["from": Words.time(start(begin)), "to": Words.time(last)],
            "baseline": ["from": Words.time(start(0)), "to": Words.time(start(begin))],
        ]
    }
}
