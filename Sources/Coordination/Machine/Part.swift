package import NovaContract

/// One thing that one agent is asked for.
package struct Part: Sendable, Equatable {
    package enum Role: String, Sendable, CaseIterable {
        case worker, stage, bidder, answerer, voter, debater, judge, lead, merger
    }

    /// What became of it.
    package enum Outcome: Sendable, Equatable {
        case completed(JSONValue)
        case failed(String)
        case cancelled
        case timedOut
    }

    /// Unique in its coordination: letters, digits, `.` and `-`.
    package let id: String
    package let agentID: String
    package let role: Role
    /// 1 for the first.
    package let round: Int
    /// What a model is told to do.
    package let instruction: String
    /// What the agent is given: the task, and what came before as far as it is to know.
    package let input: JSONValue
    /// A JSON Schema, where the answer must have a shape.
    package let schema: JSONValue?
    /// Seconds it may take, its wait for the agent included.
    package let seconds: Double
    package var outcome: Outcome?
    package var tokens = 0

    package var result: JSONValue? {
        if case .completed(let result)? = outcome { return result }
        return nil
    }

    package var hasEnded: Bool { outcome != nil }
}

extension Part {
    package var json: JSONValue {
        [
            "id": .string(id), "agent": .string(agentID), "role": .string(role.rawValue), "round": JSONValue(round),
            "instruction": .string(instruction), "input": input, "schema": schema ?? .null,
            "seconds": JSONValue(seconds), "outcome": outcome?.json ?? .null, "tokens": JSONValue(tokens),
        ]
    }

    init(json: JSONValue) throws(StateFault) {
        id = try json.text("id")
        agentID = try json.text("agent")
        guard let role = Role(rawValue: try json.text("role")) else { throw StateFault(description: "unknown role") }
        self.role = role
        round = try json.whole("round")
        instruction = try json.text("instruction")
        input = json["input"] ?? .null
        schema = json["schema"].flatMap { $0 == .null ? .none : .some($0) }
        seconds = min(max(json["seconds"]?.doubleValue ?? 0, 0), 86_400)
        outcome = try json["outcome"].flatMap { value throws(StateFault) -> Outcome? in
            value == .null ? nil : try Outcome(json: value)
        }
        tokens = max(0, json["tokens"]?.intValue ?? 0)
    }
}

extension Part.Outcome {
    package var json: JSONValue {
        switch self {
        case .completed(let result): ["completed": result]
        case .failed(let reason): ["failed": .string(reason)]
        case .cancelled: ["cancelled": true]
        case .timedOut: ["timed_out": true]
        }
    }

    init(json: JSONValue) throws(StateFault) {
        if let result = json["completed"] {
            self = .completed(result)
        } else if let reason = json["failed"]?.stringValue {
            self = .failed(reason)
        } else if json["cancelled"] != nil {
            self = .cancelled
        } else if json["timed_out"] != nil {
            self = .timedOut
        } else {
            throw StateFault(description: "unknown outcome")
        }
    }

    /// For people.
    package var text: String {
        switch self {
        case .completed: "completed"
        case .failed(let reason): "failed: \(reason)"
        case .cancelled: "cancelled"
        case .timedOut: "not done in time"
        }
    }
}
