package import NovaContract

/// An agent as it is registered: the body of PUT `/agents/{agent_id}`.
package struct AgentDefinition: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Works over HTTP or the WebSocket.
        case external
        /// A language model speaks for it, in Nova's workers.
        case model
        /// Nobody runs it.
        case declared
    }

    /// How it comes to its tasks.
    package enum Assignment: String, Sendable, CaseIterable {
        /// It takes what it wants.
        case claim
        /// Nova puts tasks in its queue.
        case nova
    }

    package let agentID: String
    package let kind: Kind
    package let capabilities: [String]
    /// Tasks at once.
    package let capacity: Int
    package let labels: [String: String]
    /// Of a task, for assignment; in any unit, the same for all agents.
    package let cost: Double
    /// Seconds of silence after which it is offline.
    package let heartbeatTTL: Double
    package let assignment: Assignment
    /// Of kind `model` only.
    package let profile: ModelProfile?

    package static let defaultTTL: Double = 30
    /// The members of a client's body.
    package static let members =
        ["agent_id", "kind", "capabilities", "capacity", "labels", "cost", "heartbeat_ttl", "assignment", "domain"]
        + ModelProfile.members
    /// Bytes of a client's body, as JSON.
    package static let maximumBytes = 262_144

    package init(agentID: String, kind: Kind = .external) {
        self.agentID = agentID
        self.kind = kind
        capabilities = []
        capacity = 1
        labels = [:]
        cost = 0
        heartbeatTTL = Self.defaultTTL
        assignment = .claim
        profile = nil
    }

    /// - Parameter source: a client's body is strictly read; what was kept, leniently.
    package init(agentID: String, body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, Self.members, at: .root)
        self.agentID = agentID
        if let fault = EntityID.fault(agentID, of: source == .request ? "agent" : nil) {
            validator.fail("/agent_id", fault)
        }
        if source == .request { Self.bound(body, &validator) }
        validator.same(members["agent_id"], "/agent_id", asInPath: agentID)
        kind = validator.choice(members["kind"], "/kind", Kind.self) ?? .external
        profile = kind == .model ? ModelProfile(members, &validator) : nil
        if kind != .model {
            for name in ModelProfile.members where (members[name] ?? .null) != .null {
                validator.fail(JSONPointer("/\(name)"), "is for agents of kind model only, not \(kind.rawValue)")
            }
        }
        capabilities = validator.capabilities(members["capabilities"], "/capabilities") ?? []
        capacity = validator.integer(members["capacity"], "/capacity", in: 1...1_000) ?? 1
        labels = TaskDefinition.labels(members["labels"], "/labels", &validator) ?? [:]
        cost = validator.number(members["cost"], "/cost", in: 0...1e9) ?? 0
        // Nova's own workers tell of model agents every few seconds.
        let shortest: Double = kind == .model ? 15 : 1
        heartbeatTTL =
            validator.number(members["heartbeat_ttl"], "/heartbeat_ttl", in: shortest...3_600) ?? Self.defaultTTL
        assignment = validator.choice(members["assignment"], "/assignment", Assignment.self) ?? .claim
        try validator.finish()
    }

    private static func bound(_ body: JSONValue, _ validator: inout Validator) {
        let bytes = body.jsonBytes.count
        if bytes > maximumBytes {
            validator.fail(.root, "must have at most \(maximumBytes) bytes as JSON, not \(bytes)")
        }
    }

    package var json: JSONValue {
        let common: JSONObject = [
            "agent_id": .string(agentID), "kind": .string(kind.rawValue), "capabilities": JSONValue(capabilities),
            "capacity": JSONValue(capacity), "labels": .object(labels.mapValues { .string($0) }),
            "cost": JSONValue(cost), "heartbeat_ttl": JSONValue(heartbeatTTL),
            "assignment": .string(assignment.rawValue),
        ]
        return .object(common.merging(profile?.json ?? [:]) { $1 })
    }
}

extension AgentDefinition {
    /// The body of PUT `/agents/{agent_id}` that does what a merge patch asks for.
    package func body(patch: JSONValue) throws(NovaError) -> JSONValue { try json.whole(patch: patch) }
}
