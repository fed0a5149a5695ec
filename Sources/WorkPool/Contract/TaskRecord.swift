package import NovaContract

/// A task as it is kept.
package struct TaskRecord: Sendable, Equatable {
    package let id: String
    package let domain: String
    package let state: TaskState
    package let version: Int
    package let definition: TaskDefinition
    package let coordination: String?
    /// Whose queue it is in, who holds it, or who ended it.
    package let agentID: String?
    /// The fencing token of its newest lease.
    package let token: Int
    /// Milliseconds since 1970, as all times here.
    package let leaseUntil: Int64?
    package let attempts: Int
    /// Unfinished tasks it depends on.
    package let waiting: [String]
    package let retryAt: Int64?
    package let createdAt: Int64
    package let updatedAt: Int64
    package let startedAt: Int64?
    package let finishedAt: Int64?
    package let progress: Double
    package let progressMessage: String
    /// That its attempts used, as far as its agents said.
    package let tokens: Int
    package let result: JSONValue?
    package let error: JSONValue?
    /// Oldest first; each with `at`, `from`, `to`, `by`, `why`.
    package let history: [JSONValue]
    package let subtasks: [String]

    package init(
        id: String,
        domain: String,
        state: TaskState,
        version: Int,
        definition: TaskDefinition,
        coordination: String?,
        agentID: String?,
        token: Int,
        leaseUntil: Int64?,
        attempts: Int,
        waiting: [String],
        retryAt: Int64?,
        createdAt: Int64,
        updatedAt: Int64,
        startedAt: Int64?,
        finishedAt: Int64?,
        progress: Double,
        progressMessage: String,
        tokens: Int,
        result: JSONValue?,
        error: JSONValue?,
        history: [JSONValue],
        subtasks: [String]
    ) {
        self.id = id
        self.domain = domain
        self.state = state
        self.version = version
        self.definition = definition
        self.coordination = coordination
        self.agentID = agentID
        self.token = token
        self.leaseUntil = leaseUntil
        self.attempts = attempts
        self.waiting = waiting
        self.retryAt = retryAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.progress = progress
        self.progressMessage = progressMessage
        self.tokens = tokens
        self.result = result
        self.error = error
        self.history = history
        self.subtasks = subtasks
    }

    // MARK: - JSON

    /// All that is known: GET of one task adds `confidence` to it.
    package var json: JSONValue {
        var members = summary.objectValue ?? [:]
        members["result"] = result ?? .null
        members["error"] = error ?? .null
        members["history"] = .array(history)
        members["subtasks"] = JSONValue(subtasks)
        return .object(members)
    }

    /// As in a list: without result, history and subtasks.
    package var summary: JSONValue {
        var members = definition.json.objectValue ?? [:]
        members["task_id"] = .string(id)
        members["domain"] = .string(domain)
        members["status"] = .string(state.rawValue)
        members["version"] = JSONValue(version)
        members["agent_id"] = JSONValue(agentID)
        members["coordination_id"] = JSONValue(coordination)
        members["attempts"] = JSONValue(attempts)
        members["progress"] = ["fraction": JSONValue(progress), "message": .string(progressMessage)]
        members["usage"] = ["tokens": JSONValue(tokens)]
        members["created_at"] = .string(Timestamp.string(milliseconds: createdAt))
        members["updated_at"] = .string(Timestamp.string(milliseconds: updatedAt))
        members["started_at"] = Self.time(startedAt)
        members["finished_at"] = Self.time(finishedAt)
        members["orchestration"] = orchestration
        return .object(members)
    }

    /// `orchestration` of the contract: where the task stands.
    package var orchestration: JSONValue {
        [
            "state": .string(state.rawValue), "version": JSONValue(version), "waiting_for": JSONValue(waiting),
            "agent_id": JSONValue(agentID), "retry_at": Self.time(retryAt), "attempts": JSONValue(attempts),
            "lease_expires_at": Self.time(leaseUntil), "coordination_id": JSONValue(coordination),
        ]
    }

    /// What its agent is given with a claim.
    package var claimed: JSONValue {
        var members = summary.objectValue ?? [:]
        members["token"] = JSONValue(token)
        members["lease_expires_at"] = Self.time(leaseUntil)
        return .object(members)
    }

    private static func time(_ milliseconds: Int64?) -> JSONValue {
        JSONValue(milliseconds.map { Timestamp.string(milliseconds: $0) })
    }
}
