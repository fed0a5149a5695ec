import NovaContract
import Optimization

/// What a client is told of an optimized flow.
struct FlowResult {
    let flowID: String
    let outcome: OptimizationOutcome
    /// Seconds the request allows; nil: any time.
    let deadline: Double?

    /// `flow_id`, `optimizations[]`, `analytics`, `confidence`, `timestamp` of the contract, and what they are from.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "flow_id": .string(flowID),
            "optimizations": .array(outcome.recommendations.map(\.json)),
            "analytics": analytics,
            "confidence": JSONValue(outcome.confidence),
            "confidence_basis": .string(basis),
            "timestamp": .string(Timestamp.string()),
        ]
        if let reason = outcome.reasonForNone { members["reason"] = .string(reason) }
        return .object(members)
    }

    private var basis: String {
        outcome.isOptimal
            ? "proven optimal: no schedule is shorter (\(outcome.lowerBoundSource))"
            : "lower bound ÷ makespan; the bound is from \(outcome.lowerBoundSource)"
    }

    private var analytics: JSONValue {
        var members = figures
        if let deadline { members["meets_deadline"] = .bool(outcome.schedule.makespan <= deadline) }
        return .object(members)
    }

    private var figures: [String: JSONValue] {
        [
            "makespan": JSONValue(outcome.schedule.makespan),
            "baseline": [
                "sequential": JSONValue(outcome.baselineSequential),
                "submitted": JSONValue(outcome.baselineSubmitted.makespan),
            ],
            "lower_bound": JSONValue(outcome.lowerBound),
            "lower_bound_source": .string(outcome.lowerBoundSource),
            "gap": JSONValue(outcome.gap),
            "is_optimal": .bool(outcome.isOptimal),
            "critical_path": JSONValue(outcome.criticalPath),
            "critical_links": .array(outcome.criticalLinks.map(\.json)),
            "slack": .object(outcome.slack.mapValues { JSONValue($0) }),
            "utilization": .object(outcome.utilization.mapValues { JSONValue($0) }),
            "unlimited_resources": JSONValue(outcome.unlimitedResources),
            "schedule": outcome.schedule.json,
            "submitted_schedule": outcome.baselineSubmitted.schedule.json,
            "iterations": JSONValue(outcome.iterations),
            "stopped": .string(outcome.stopped.name),
        ]
    }

    /// The answer for a flow without steps.
    static func empty(flowID: String, isKnown: Bool) -> JSONValue {
        [
            "flow_id": .string(flowID),
            "optimizations": [],
            "reason": .string(
                isKnown
                    ? "the flow has no steps: there is nothing to optimize"
                    : "nothing is known of this flow and the request names no steps: send parameters.steps, or store "
                        + "the flow with PUT /api/orchestration/flows/\(flowID)"
            ),
            "analytics": [
                "makespan": 0, "baseline": ["sequential": 0, "submitted": 0], "lower_bound": 0,
                "lower_bound_source": "no steps", "gap": 0, "is_optimal": true, "critical_path": [],
                "critical_links": [], "slack": [:], "utilization": [:], "unlimited_resources": [], "schedule": [],
                "submitted_schedule": [], "iterations": 0, "stopped": "optimal",
            ],
            "confidence": 1,
            "confidence_basis": "proven optimal: there is nothing to schedule",
            "timestamp": .string(Timestamp.string()),
        ]
    }
}

extension Recommendation {
    fileprivate var json: JSONValue {
        [
            "type": .string(kind.rawValue), "description": .string(text), "saves_seconds": JSONValue(savesSeconds),
            "steps": JSONValue(steps), "resource": JSONValue(resource), "evidence": .string(evidence),
        ]
    }
}

extension CriticalLink {
    fileprivate var json: JSONValue {
        [
            "step": .string(step), "after": JSONValue(after), "resource": JSONValue(resource),
            "reason": .string(reason),
        ]
    }
}

extension Schedule {
    /// `option` is there for steps with a choice of how to run; no step has one yet.
    fileprivate var json: JSONValue {
        .array(
            steps.map {
                [
                    "step": .string($0.step), "start": JSONValue($0.start), "finish": JSONValue($0.finish),
                    "option": .null,
                ]
            }
        )
    }
}

extension OptimizationOutcome.StopReason {
    fileprivate var name: String {
        switch self {
        case .optimal: "optimal"
        case .timeLimit: "time_limit"
        case .cancelled: "cancelled"
        case .iterationBudget: "iteration_budget"
        case .stagnation: "stagnation"
        }
    }
}
