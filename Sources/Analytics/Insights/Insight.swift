package import NovaContract

/// Something that the figures say and that somebody may want to act on.
package struct Insight: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case latencyRegression = "latency_regression"
        case latencyImprovement = "latency_improvement"
        case waitRegression = "wait_regression"
        case failureRateRise = "failure_rate_rise"
        case retriesRise = "retries_rise"
        case deadLettersRise = "dead_letters_rise"
        case saturationForecast = "saturation_forecast"
        case saturated
        case bottleneckStep = "bottleneck_step"
        case slowAgent = "slow_agent"
        case failingAgent = "failing_agent"
    }

    package enum Severity: String, Sendable, Comparable {
        case info
        case warning
        case critical

        private var rank: Int {
            switch self {
            case .info: 0
            case .warning: 1
            case .critical: 2
            }
        }

        package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    }

    package let kind: Kind
    package let severity: Severity
    /// What it is, and what to look at.
    package let text: String
    /// Numbers, the window they are from, and what they are compared with.
    package let evidence: JSONObject
    /// 0…1: one minus the p value of the test that found it.
    package let confidence: Double

    /// A test's p value above this says nothing.
    package static let significance = 0.001
    /// Seconds; of shorter times nothing is said.
    package static let leastTime = 0.01

    package var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "severity": .string(severity.rawValue), "text": .string(text),
            "evidence": .object(evidence), "confidence": JSONValue(confidence),
        ]
    }

    /// The gravest first.
    package static func sorted(_ insights: [Insight]) -> [Insight] {
        insights.sorted { ($0.severity, $0.confidence) > ($1.severity, $1.confidence) }
    }
}

/// Numbers as a person reads them.
enum Words {
    static func seconds(_ seconds: Double) -> String {
        switch seconds {
        case ..<0.000_95: "\(rounded(seconds * 1e6)) us"
        case ..<0.95: "\(rounded(seconds * 1e3)) ms"
        case ..<120: "\(rounded(seconds)) s"
        case ..<7_200: "\(rounded(seconds / 60)) min"
        case ..<172_800: "\(rounded(seconds / 3_600)) h"
        default: "\(rounded(seconds / 86_400)) days"
        }
    }

    static func percent(_ share: Double) -> String { "\(rounded(share * 100)) %" }

    /// Three digits, at least all before the point.
    static func rounded(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        let scale: Double = abs(value) < 10 ? 100 : abs(value) < 100 ? 10 : 1
        let text = "\((value * scale).rounded() / scale)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Hours and minutes, UTC.
    static func clock(_ milliseconds: Int64) -> String {
        let text = Timestamp.string(milliseconds: milliseconds)
        return String(text.dropFirst(11).prefix(5)) + " UTC"
    }

    static func time(_ milliseconds: Int64) -> JSONValue { .string(Timestamp.string(milliseconds: milliseconds)) }
}
