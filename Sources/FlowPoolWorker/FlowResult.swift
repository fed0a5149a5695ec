import NovaContract
import Optimization

/// What a client is told of an optimized flow.
struct FlowResult {
    struct Found: Sendable {
        let outcome: OptimizationOutcome
        /// Nil: no runs of its steps are known.
        let simulation: ScheduleSimulation?
    }

    let flowID: String
    let found: Found
    /// Seconds the request allows; nil: any time.
    let deadline: Double?
    let learned: LearnedDurations
    let end: SearchEnd
    /// What of the request was not understood.
    let warnings: [NovaError.Detail]

    private var outcome: OptimizationOutcome { found.outcome }

    /// `flow_id`, `optimizations[]`, `analytics`, `confidence`, `timestamp` of the contract, and what they are from.
    var json: JSONValue {
        var members: JSONObject = [
            "flow_id": .string(flowID),
            "optimizations": .array(outcome.recommendations.map(\.json)),
            "analytics": analytics,
            "confidence": JSONValue(outcome.confidence),
            "confidence_basis": .string(basis),
            "ended_by": .string(end.rawValue),
            "warnings": warnings.asWarnings,
            "timestamp": .string(Timestamp.string()),
        ]
        if let reason = outcome.reasonForNone { members["reason"] = .string(reason) }
        return .object(members)
    }

    private var basis: String {
        let bound =
            outcome.isOptimal
            ? "proven optimal: no schedule \(claim) (\(outcome.objectiveBoundSource))\(equals)"
            : "1 − gap; the bound is from \(outcome.objectiveBoundSource)"
        return [bound, end.note, learned.basis].compactMap(\.self).joined(separator: "; ")
    }

    /// What is proven: of the objective, and of nothing else.
    private var claim: String {
        let objective = outcome.objective
        switch (objective.makespan > 0, objective.cost > 0, objective.quality > 0, outcome.countsLateness) {
        case (true, false, false, false): return "is shorter"
        case (false, true, false, false): return "is cheaper"
        case (false, false, true, false): return "is of a better quality"
        default: return "is better in the objective"
        }
    }

    /// What is known of the schedules that are as good.
    private var equals: String {
        switch outcome.areEqualsProven {
        case nil: ""
        case true?: ", and of those as good none is cheaper, or as cheap and of a better quality"
        case false?: "; of those as good the cheapest that was found"
        }
    }

    private var analytics: JSONValue {
        var members = figures
        if let deadline { members["meets_deadline"] = .bool(outcome.schedule.ends(by: deadline)) }
        if let pareto = outcome.pareto { members["pareto"] = .array(pareto.map(\.json)) }
        if !learned.steps.isEmpty { members["observed_durations"] = learned.json }
        if let simulation = found.simulation {
            members["simulated_makespan"] = [
                "median": JSONValue(simulation.median), "p90": JSONValue(simulation.p90),
                "runs": JSONValue(simulation.runs),
            ]
            if let chance = simulation.deadlineChance { members["deadline_chance"] = JSONValue(chance) }
        }
        return .object(members)
    }

    private var objective: JSONValue {
        [
            "value": JSONValue(outcome.figures.value), "lower_bound": JSONValue(outcome.objectiveBound),
            "weights": [
                "makespan": JSONValue(outcome.objective.makespan), "cost": JSONValue(outcome.objective.cost),
                "quality": JSONValue(outcome.objective.quality),
            ],
        ]
    }

    private var budgets: JSONValue {
        .object(
            outcome.figures.budgets.mapValues { ["used": JSONValue($0.used), "limit": JSONValue($0.limit)] }
        )
    }

    private var figures: JSONObject {
        [
            "makespan": JSONValue(outcome.schedule.makespan),
            "baseline": [
                "sequential": JSONValue(outcome.baselineSequential),
                "submitted": JSONValue(outcome.baselineSubmitted?.makespan),
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
            "submitted_schedule": outcome.baselineSubmitted?.schedule.json ?? .null,
            "objective": objective,
            "cost": JSONValue(outcome.figures.cost),
            "quality": JSONValue(outcome.figures.quality),
            "budgets": budgets,
            "lateness": JSONValue(outcome.figures.lateness),
            "late": .object(outcome.figures.late.mapValues { JSONValue($0) }),
            "sensitivity": .object(outcome.sensitivity.mapValues(\.json)),
            "iterations": JSONValue(outcome.iterations),
            "stopped": .string(outcome.stopped.name),
        ]
    }

    /// The answer for a flow without steps.
    ///
    /// - Parameter isKnown: whether that is said, by the request or a stored flow; else nobody knows what it is, and nothing is claimed.
    static func empty(flowID: String, isKnown: Bool, warnings: [NovaError.Detail]) -> JSONValue {
        let reason =
            isKnown
            ? "the flow has no steps: there is nothing to optimize"
            : "nothing is known of this flow and the request names no steps: send parameters.steps, or store the flow with "
                + "PUT /api/orchestration/flows/\(flowID)"
        let basis =
            isKnown
            ? "proven optimal: there is nothing to schedule"
            : "nothing is known of this flow: without steps nothing was computed"
        let analytics: JSONValue = [
            "makespan": 0, "baseline": ["sequential": 0, "submitted": 0], "lower_bound": 0,
            "lower_bound_source": "no steps", "gap": JSONValue(isKnown ? 0 : 1), "is_optimal": .bool(isKnown),
            "critical_path": [], "critical_links": [], "slack": [:], "utilization": [:], "unlimited_resources": [],
            "schedule": [], "submitted_schedule": [],
            "objective": ["value": 0, "lower_bound": 0, "weights": ["makespan": 1, "cost": 0, "quality": 0]],
            "cost": 0, "quality": nil, "budgets": [:], "lateness": 0, "late": [:], "sensitivity": [:],
            "iterations": 0, "stopped": .string(isKnown ? "optimal" : "nothing_known"),
        ]
        return [
            "flow_id": .string(flowID),
            "optimizations": [],
            "reason": .string(reason),
            "analytics": analytics,
            "confidence": JSONValue(isKnown ? 1 : 0),
            "confidence_basis": .string(basis),
            "ended_by": .string(isKnown ? "proof" : "nothing_known"),
            "warnings": warnings.asWarnings,
            "timestamp": .string(Timestamp.string()),
        ]
    }
}

extension Recommendation {
    fileprivate var json: JSONValue {
        [
            "type": .string(kind.rawValue), "description": .string(text), "saves_seconds": JSONValue(savesSeconds),
            "saves_objective": JSONValue(savesObjective),
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
    /// `option` is null for steps that were given no options.
    fileprivate var json: JSONValue {
        .array(
            steps.map {
                [
                    "step": .string($0.step), "start": JSONValue($0.start), "finish": JSONValue($0.finish),
                    "option": $0.option == FlowStep.onlyOption ? .null : .string($0.option),
                ]
            }
        )
    }
}

extension ParetoPoint {
    fileprivate var json: JSONValue {
        [
            "makespan": JSONValue(schedule.makespan), "cost": JSONValue(figures.cost),
            "quality": JSONValue(figures.quality), "schedule": schedule.json,
        ]
    }
}

extension ResourceSensitivity {
    fileprivate var json: JSONValue {
        func member(_ change: Change?) -> JSONValue {
            guard let change else { return .null }
            return ["amount": JSONValue(change.amount), "makespan": JSONValue(change.makespan)]
        }
        return ["more": member(more), "less": member(less)]
    }
}

extension OptimizationOutcome.StopReason {
    fileprivate var name: String {
        switch self {
        case .optimal: "optimal"
        case .targetGap: "target_gap"
        case .timeLimit: "time_limit"
        case .cancelled: "cancelled"
        case .iterationBudget: "iteration_budget"
        }
    }
}
