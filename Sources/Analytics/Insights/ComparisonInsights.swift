import Foundation
package import NovaContract

/// Whether one of several stands out: a step of a flow, an agent among others.
package enum ComparisonInsights {
    package struct Member: Sendable {
        package let id: String
        /// All of the window.
        package let activity: ActivityBucket

        package init(id: String, activity: ActivityBucket) {
            self.id = id
            self.activity = activity
        }
    }

    private static let fewest = 20

    // MARK: - Steps

    /// The step that takes the longest by far.
    package static func bottleneck(_ steps: [Member], flow: String, window: ActivityWindow) -> Insight? {
        let known = steps.filter { $0.activity.handling.count >= fewest }
            .sorted { $0.activity.handling.mean ?? 0 > $1.activity.handling.mean ?? 0 }
        guard known.count >= 2, known.count == steps.count else { return nil }
        let (first, second) = (known[0].activity.handling, known[1].activity.handling)
        let means = known.map { $0.activity.handling.mean ?? 0 }
        let share = means[0] / max(means.reduce(0, +), 1e-9)
        let p = difference(first, second)
        guard p < Insight.significance, means[0] >= 1.3 * means[1], share >= 1.3 / Double(known.count) else {
            return nil
        }
        return Insight(
            kind: .bottleneckStep,
            severity: .info,
            text: "The step \(known[0].id) of \(flow) takes \(Words.seconds(means[0])) on average, "
                + "\(Words.percent(share)) of the time of its \(known.count) steps: what makes it faster makes the flow faster.",
            evidence: [
                "step": .string(known[0].id), "share": JSONValue(share), "p_value": JSONValue(p),
                "mean_seconds": JSONValue(means[0]), "count": JSONValue(first.count),
                "next": ["step": .string(known[1].id), "mean_seconds": JSONValue(means[1])],
                "window": times(window),
            ],
            confidence: 1 - p
        )
    }

    /// P value of a t test (Welch 1947) of the means of two histograms' logarithms.
    private static func difference(_ left: LatencyHistogram, _ right: LatencyHistogram) -> Double {
        let (a, b) = (left.logMoments, right.logMoments)
        let quantization = LatencyHistogram.logGamma * LatencyHistogram.logGamma / 12
        func error(_ squares: Double, _ count: Int) -> Double {
            (squares / Double(count - 1) + quantization) / Double(count)
        }
        let (x, y) = (error(a.squares, left.count), error(b.squares, right.count))
        let freedom = (x + y) * (x + y) / (x * x / Double(left.count - 1) + y * y / Double(right.count - 1))
        return Distributions.studentTwoSided((a.mean - b.mean) / (x + y).squareRoot(), freedom: freedom)
    }

    // MARK: - Agents

    /// Agents that are slower, or fail more often, than the others of the same window.
    package static func stragglers(_ agents: [Member], window: ActivityWindow) -> [Insight] {
        slow(agents, window) + failing(agents, window)
    }

    /// Each is compared with the median of the others, in units of their spread (the median absolute deviation).
    private static func slow(_ agents: [Member], _ window: ActivityWindow) -> [Insight] {
        let known = agents.filter { $0.activity.handling.count >= fewest }
        guard known.count >= 4 else { return [] }
        let moments = known.map { $0.activity.handling.logMoments }
        return known.indices.compactMap { index in
            let others = moments.indices.filter { $0 != index }.map { moments[$0].mean }
            let middle = median(others)
            // Not below what agents differ by that are the same.
            let spread = max(0.1, 1.4826 * median(others.map { abs($0 - middle) }))
            let count = Double(known[index].activity.handling.count)
            let own = moments[index].squares / (count - 1) / count
            let t = (moments[index].mean - middle) / (spread * spread + own).squareRoot()
            let freedom = Double(others.count - 1)
            let p = t > 0 ? min(1, Distributions.studentTwoSided(t, freedom: freedom) / 2 * Double(known.count)) : 1
            let ratio = exp(moments[index].mean - middle)
            guard p < slowSignificance, ratio >= 1.5, known[index].activity.handling.mean ?? 0 >= Insight.leastTime
            else { return nil }
            return Insight(
                kind: .slowAgent,
                severity: ratio >= 3 ? .critical : .warning,
                text:
                    "The agent \(known[index].id) takes \(Words.rounded(ratio)) times as long for a task as the others do "
                    + "(\(others.count) agents): look at its machine and at the tasks it gets.",
                evidence: [
                    "agent_id": .string(known[index].id), "ratio": JSONValue(ratio), "p_value": JSONValue(p),
                    "count": JSONValue(known[index].activity.handling.count),
                    "mean_seconds": JSONValue(known[index].activity.handling.mean),
                    "others": ["agents": JSONValue(others.count), "typical_seconds": JSONValue(exp(middle) / 1e6)],
                    "window": times(window),
                ],
                confidence: 1 - p
            )
        }
    }

    /// Of few agents a spread is hardly known; a p value of a hundredth is already rare.
    private static let slowSignificance = 0.01

    private static func failing(_ agents: [Member], _ window: ActivityWindow) -> [Insight] {
        let kind = ActivityKind.attempts
        let known = agents.map { ($0.id, Double(kind.bad($0.activity)), Double(kind.finished($0.activity))) }
            .filter { $0.2 >= Double(fewest) }
        guard known.count >= 3 else { return [] }
        return known.indices.compactMap { index in
            let (id, hits, trials) = known[index]
            let others = known.indices.filter { $0 != index }.map { known[$0] }
            let rate = (others.reduce(0) { $0 + $1.1 } + 0.5) / (others.reduce(0) { $0 + $1.2 } + 1)
            let squares = others.reduce(0) { sum, each in
                let expected = each.2 * rate
                return sum + (each.1 - expected) * (each.1 - expected) / max(expected * (1 - rate), 1e-9)
            }
            let dispersion = max(1, squares / Double(others.count - 1))
            let tail = Distributions.binomialTail(hits: hits / dispersion, of: trials / dispersion, share: rate)
            let p = min(1, tail * Double(known.count))
            guard hits >= 5, p < Insight.significance, hits / trials >= 2 * rate else { return nil }
            return Insight(
                kind: .failingAgent,
                severity: hits / trials >= 0.5 ? .critical : .warning,
                text: "The agent \(id) fails or loses \(Words.percent(hits / trials)) of its attempts, the others "
                    + "\(Words.percent(rate)): read the errors of its newest tasks.",
                evidence: [
                    "agent_id": .string(id), "rate": JSONValue(hits / trials), "count": JSONValue(Int(trials)),
                    "others": ["agents": JSONValue(others.count), "rate": JSONValue(rate)],
                    "p_value": JSONValue(p), "window": times(window),
                ],
                confidence: 1 - p
            )
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    private static func times(_ window: ActivityWindow) -> JSONValue {
        ["from": Words.time(window.from), "to": Words.time(window.to)]
    }
}
