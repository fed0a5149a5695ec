// The commonest commands of the four pools. Each is `perform` on its path: it returns when the command is done and throws what
// that throws. The members of bodies and answers are those of the gateway's `/docs`.

// MARK: - Flows

extension NovaClient {
    /// Finds a short schedule for a flow; returns it with what to change, when the search is over.
    ///
    /// - Parameter body: `parameters` with the steps, `constraints`; without steps: the flow as it is stored.
    public func optimize(
        flow id: String,
        _ body: JSON = [:],
        options: RequestOptions = RequestOptions()
    ) async throws -> JSON {
        let path = "/api/orchestration/flows/\(Self.pathSegment(id))/optimize"
        return try await perform(.post, path, body: body, options: options)
    }
}

// MARK: - Tasks and agents

/// A task that an agent holds until its lease runs out.
public struct ClaimedTask: Sendable, Equatable {
    /// The agent that holds it.
    public let agentID: String
    /// The whole task.
    public let json: JSON

    /// The task's id.
    public var id: String { json["task_id"]?.string ?? "" }
    /// What kind of task it is.
    public var type: String { json["type"]?.string ?? "" }
    /// What the agent is given.
    public var parameters: JSON { json["parameters"] ?? [:] }
    /// Shows that this agent's lease is the task's newest; grows with each.
    public var token: Int { json["token"]?.int ?? 0 }
    /// The domain it is of.
    public var domain: String? { json["domain"]?.string }
}

extension NovaClient {
    /// Makes a task.
    ///
    /// - Parameter task: `type`, `parameters`, `priority`, `deadline`, `dependencies`, …
    /// - Returns: an object with `task_id`.
    public func createTask(_ task: JSON, options: RequestOptions = RequestOptions()) async throws -> JSON {
        try await perform(.post, "/api/orchestration/tasks", body: task, options: options)
    }

    /// Takes tasks for an agent, under a lease.
    ///
    /// It is never sent again after a fault: tasks of an answer that was lost come back when their lease runs out.
    ///
    /// - Parameters:
    ///   - maximum: Of tasks, 1 to 100.
    ///   - wait: At most so long where there is nothing, up to 60 s.
    ///   - lease: How long the agent holds each without a sign of life, 1 s to an hour; nil: the agent's `heartbeat_ttl`.
    ///   - domain: Nil: the key's own.
    /// - Returns: none where there is nothing for this agent.
    public func claimTasks(
        agent id: String,
        maximum: Int = 1,
        wait: Duration = .zero,
        lease: Duration? = nil,
        domain: String? = nil
    ) async throws -> [ClaimedTask] {
        var body: [String: JSON] = ["max": JSON(maximum), "wait": JSON(wait / .seconds(1))]
        if let lease { body["lease"] = JSON(lease / .seconds(1)) }
        let answer = try await send(
            .post,
            "/api/orchestration/agents/\(Self.pathSegment(id))/claim",
            body: .json(JSON(body)),
            options: RequestOptions(domain: domain, timeout: max(self.options.timeout, wait + .seconds(30)))
        )
        return (try answer.json["tasks"]?.array ?? []).map { ClaimedTask(agentID: id, json: $0) }
    }

    /// Says that a task is done.
    ///
    /// - Parameters:
    ///   - result: Any JSON, at most 256 KiB.
    ///   - options: Without an idempotency key it has one of the task and its token, so that it is sent again after a fault.
    /// - Throws: ``NovaClientError/refused(_:)`` with ``NovaProblem/Code/conflict`` where the lease ran out and another holds the task.
    public func complete(
        _ task: ClaimedTask,
        result: JSON = .null,
        options: RequestOptions = RequestOptions()
    ) async throws {
        try await report("complete", task, ["result": result], options)
    }

    /// Says that a task failed.
    ///
    /// - Parameters:
    ///   - message: Why.
    ///   - retry: Whether another attempt may be made, where the task has one left.
    ///   - options: As for ``complete(_:result:options:)``.
    /// - Throws: as ``complete(_:result:options:)``.
    public func fail(
        _ task: ClaimedTask,
        message: String,
        retry: Bool = true,
        options: RequestOptions = RequestOptions()
    ) async throws {
        try await report("fail", task, ["error": ["message": JSON(message)], "retry": JSON(retry)], options)
    }

    /// Renews the leases of all that an agent holds.
    ///
    /// - Returns: the ids of tasks that it holds.
    @discardableResult
    public func heartbeat(agent id: String, domain: String? = nil) async throws -> [String] {
        let path = "/api/orchestration/agents/\(Self.pathSegment(id))/heartbeat"
        let answer = try await send(.post, path, body: .json([:]), options: RequestOptions(domain: domain))
        return (try answer.json["tasks"]?.array ?? []).compactMap { $0["task_id"]?.string }
    }

    private func report(
        _ end: String,
        _ task: ClaimedTask,
        _ members: [String: JSON],
        _ options: RequestOptions
    ) async throws {
        var options = options
        options.domain = options.domain ?? task.domain
        options.idempotencyKey = options.idempotencyKey ?? "\(end)-\(task.id)-\(task.token)"
        let agent = "/api/orchestration/agents/\(Self.pathSegment(task.agentID))"
        let body = members.merging(["token": JSON(task.token)]) { $1 }
        let path = "\(agent)/tasks/\(Self.pathSegment(task.id))/\(end)"
        _ = try await perform(.post, path, body: JSON(body), options: options)
    }
}

// MARK: - Resources

extension NovaClient {
    /// Asks for resources.
    ///
    /// - Parameter request: `resources`, `constraints`, `priority`.
    /// - Returns: an object with `allocation_id` and `status`, which is `waiting` where it was allowed to wait and has to.
    public func allocate(_ request: JSON, options: RequestOptions = RequestOptions()) async throws -> JSON {
        try await perform(.post, "/api/orchestration/resources/allocate", body: request, options: options)
    }

    /// Renews the lease of an allocation.
    ///
    /// - Parameter ttl: From now; nil: as long as was asked for at first.
    public func renew(
        allocation id: String,
        ttl: Duration? = nil,
        options: RequestOptions = RequestOptions()
    ) async throws -> JSON {
        let body: JSON = ttl.map { ["ttl": JSON($0 / .seconds(1))] } ?? [:]
        let path = "/api/orchestration/resources/allocations/\(Self.pathSegment(id))/renew"
        return try await perform(.post, path, body: body, options: options)
    }

    /// Gives an allocation back, or ends its waiting.
    @discardableResult
    public func release(allocation id: String, options: RequestOptions = RequestOptions()) async throws -> JSON {
        let path = "/api/orchestration/resources/allocations/\(Self.pathSegment(id))/release"
        return try await perform(.post, path, body: [:], options: options)
    }
}

// MARK: - Memory

extension NovaClient {
    /// Stores a memory.
    ///
    /// - Parameter memory: `content`, `type`, `importance`, `context`, …
    /// - Returns: an object with `memory_id`.
    public func storeMemory(_ memory: JSON, options: RequestOptions = RequestOptions()) async throws -> JSON {
        try await perform(.post, "/api/orchestration/memory/store", body: memory, options: options)
    }

    /// Finds memories that mean what the query says.
    ///
    /// - Parameter query: `content` with what is searched for, `limit`, `filter`, …
    /// - Returns: the matches, the best first.
    public func searchMemory(_ query: JSON, options: RequestOptions = RequestOptions()) async throws -> [JSON] {
        let path = "/api/orchestration/memory/search"
        return try await perform(.post, path, body: query, options: options)["matches"]?.array ?? []
    }
}
