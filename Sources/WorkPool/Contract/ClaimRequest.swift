package import NovaContract

/// The body of POST `/agents/{agent_id}/claim`, also of the WebSocket's `work`.
package struct ClaimRequest: Sendable, Equatable {
    /// Seconds to wait where there is nothing.
    package let wait: Double
    package let maximum: Int
    /// Seconds; nil: the agent's heartbeat_ttl.
    package let lease: Double?

    package init(body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, ["wait", "max", "lease", "domain"], at: .root)
        wait = validator.number(members["wait"], "/wait", in: 0...60) ?? 0
        maximum = validator.integer(members["max"], "/max", in: 1...100) ?? 1
        lease = validator.number(members["lease"], "/lease", in: 1...3_600)
        try validator.finish()
    }
}

/// The body of POST `/agents/{agent_id}/heartbeat`.
package struct HeartbeatRequest: Sendable, Equatable {
    package struct Held: Sendable, Equatable {
        package let taskID: String
        package let token: Int

        package init(taskID: String, token: Int) {
            self.taskID = taskID
            self.token = token
        }
    }

    /// The leases to renew; nil: all the agent holds.
    package let tasks: [Held]?

    package init(agentID: String, body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, ["tasks", "domain", "agent_id"], at: .root)
        validator.same(members["agent_id"], "/agent_id", asInPath: agentID)
        let given = validator.array(members["tasks"], "/tasks")
        if let given, given.count > 1_000 { validator.fail("/tasks", "must have at most 1000 tasks") }
        tasks = given?.prefix(1_000).enumerated().compactMap { index, element in
            let pointer = JSONPointer("/tasks").appending(index)
            if let held = element.objectValue { validator.known(held, ["task_id", "token"], at: pointer) }
            let id = validator.required(element["task_id"], pointer.appending("task_id")) { $0.id($1, $2) }
            let token = validator.required(element["token"], pointer.appending("token")) {
                $0.integer($1, $2, in: 1...Int.max)
            }
            guard let id, let token else { return nil }
            return Held(taskID: id, token: token)
        }
        try validator.finish()
    }
}
