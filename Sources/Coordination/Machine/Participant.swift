package import NovaContract

/// An agent that takes part in a coordination.
package struct Participant: Sendable, Equatable {
    package let id: String
    package let capabilities: [String]
    /// What its tasks came to when the coordination began.
    package let completed: Int
    package let failed: Int
    package let cost: Double
    /// Whether somebody runs it: an external agent that lives, or a model that can be reached.
    package let isAttended: Bool

    package init(
        id: String,
        capabilities: [String] = [],
        completed: Int = 0,
        failed: Int = 0,
        cost: Double = 0,
        isAttended: Bool = true
    ) {
        self.id = id
        self.capabilities = capabilities
        self.completed = completed
        self.failed = failed
        self.cost = cost
        self.isAttended = isAttended
    }

    package var record: AgentProfile.Record { .init(completed: completed, failed: failed) }

    /// With so many tasks at once.
    package func profile(free: Int) -> AgentProfile {
        AgentProfile(
            id: id,
            capabilities: Set(capabilities),
            capacity: free,
            cost: cost,
            records: ["part": record]
        )
    }

    package var json: JSONValue {
        [
            "id": .string(id), "capabilities": JSONValue(capabilities), "completed": JSONValue(completed),
            "failed": JSONValue(failed), "cost": JSONValue(cost), "attended": .bool(isAttended),
        ]
    }

    init(json: JSONValue) throws(StateFault) {
        id = try json.text("id")
        capabilities = (json["capabilities"]?.arrayValue ?? []).compactMap(\.stringValue)
        completed = max(0, json["completed"]?.intValue ?? 0)
        failed = max(0, json["failed"]?.intValue ?? 0)
        cost = json["cost"]?.doubleValue ?? 0
        isAttended = json["attended"]?.boolValue ?? false
    }
}

/// A kept state that cannot be read.
package struct StateFault: Error, Sendable, CustomStringConvertible {
    package let description: String
}

extension JSONValue {
    func text(_ name: String) throws(StateFault) -> String {
        guard let text = self[name]?.stringValue else { throw StateFault(description: "\(name) is missing") }
        return text
    }

    func whole(_ name: String) throws(StateFault) -> Int {
        guard let number = self[name]?.intValue else { throw StateFault(description: "\(name) is missing") }
        return number
    }
}
