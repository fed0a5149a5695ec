import FlowPool
import NovaContract
import Optimization

/// What recorded runs say of a flow's steps, and what of it is planned with.
struct LearnedDurations {
    struct Observed {
        /// Seconds, as the flow says.
        let declared: Double
        let distribution: DurationDistribution
    }

    /// By step; only of steps that can be run in one way, as runs do not tell which it was.
    let steps: [String: Observed]
    /// Seconds planned with instead of what is declared.
    let changed: [String: Double]
    let choice: OptimizeFlow.Durations

    var observed: [String: DurationDistribution] { steps.mapValues(\.distribution) }

    init(_ flow: Flow, _ observed: [String: DurationDistribution], _ choice: OptimizeFlow.Durations) {
        var steps: [String: Observed] = [:]
        for step in flow.steps where step.options.count == 1 {
            guard let distribution = observed[step.id] else { continue }
            steps[step.id] = Observed(declared: step.options[0].duration, distribution: distribution)
        }
        self.steps = steps
        self.choice = choice
        changed =
            switch choice {
            case .declared: [:]
            case .median: steps.mapValues { Self.rounded($0.distribution.median) }
            case .p90: steps.mapValues { Self.rounded($0.distribution.p90) }
            }
    }

    /// Runs are recorded in whole milliseconds.
    private static func rounded(_ seconds: Double) -> Double { (seconds * 1_000).rounded() / 1_000 }

    var json: JSONValue {
        .object(
            steps.mapValues { step in
                [
                    "declared": JSONValue(step.declared),
                    "median": JSONValue(Self.rounded(step.distribution.median)),
                    "p90": JSONValue(Self.rounded(step.distribution.p90)),
                    "runs": JSONValue(step.distribution.runs),
                ]
            }
        )
    }

    /// For people: what the durations are that were planned with.
    var basis: String {
        switch choice {
        case .declared: "durations as declared"
        case .median, .p90:
            changed.isEmpty
                ? "durations as declared, as too few runs were recorded"
                : "the \(choice.rawValue) of recorded runs for \(changed.count) steps, the others as declared"
        }
    }
}
