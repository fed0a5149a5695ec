import HTTPTypes
import NovaContract
import NovaStore

/// Reading of agents, and what agents at work ask for at once: claims, heartbeats, progress.
struct AgentRoutes: Sendable {
    /// Of the list.
    static let parameters = [
        QueryParameter("status", .choice(AgentRecord.Status.allCases.map(\.rawValue))),
        QueryParameter("capability", .text(200)),
        QueryParameter("kind", .choice(AgentDefinition.Kind.allCases.map(\.rawValue))),
    ]

    let store: Store
    let claims: ClaimHub

    // MARK: - Reading

    func list(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "agents"))
        let query = call.facts.query
        let domain = try key.domain(requested: query["domain"])
        let (cursor, limit) = try JobRoutes.page(query)
        let status = query["status"].flatMap(AgentRecord.Status.init(rawValue:))
        let (capability, kind) = (query["capability"], query["kind"])
        let page = try await store.work(owner: key.owner, domain: domain).agents.list(cursor: cursor, limit: limit) {
            (status == nil || $0.status == status) && (kind == nil || $0.definition.kind.rawValue == kind)
                && (capability.map($0.definition.capabilities.contains) ?? true)
        }
        let agents = try await store.work(owner: key.owner, domain: domain).agents.explained(page.elements)
        return .page("agents", agents.map(\.json), next: page.next, call)
    }

    func get(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "agents"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        let id = try call.entity("agent_id")
        let agents = store.work(owner: key.owner, domain: domain).agents
        guard let agent = try await agents.explained(try await agents.agents([id])).first else {
            throw NovaError(.resourceNotFound, "there is no agent \(id) in the domain \(domain)")
        }
        var members = agent.json.objectValue ?? [:]
        members["timestamp"] = .string(Timestamp.string())
        return try .entity("the agent \(id)", .object(members), version: agent.version, call)
    }

    // MARK: - Agents at work

    /// The space, the agent and the body of what an agent asks.
    private func asked(_ call: Call) async throws -> (space: WorkSpace, agentID: String, body: JSONValue) {
        let key = try call.authenticatedKey()
        try key.require(Permission(.write, area: "agents"))
        let agentID = try call.entity("agent_id")
        let body = try await call.body.json().value
        let domain = try key.domain(requested: try CommandService.domain(call.facts.query["domain"], body))
        return (store.work(owner: key.owner, domain: domain), agentID, body)
    }

    func claim(_ call: Call) async throws -> Answer {
        let (space, agentID, body) = try await asked(call)
        let tasks = try await claim(try ClaimRequest(body: body, source: .request), agentID, space)
        return .json([
            "agent_id": .string(agentID), "tasks": .array(tasks.map(\.claimed)),
            "timestamp": .string(Timestamp.string()),
        ])
    }

    /// Asks, and while there is nothing waits for its turn to ask again.
    ///
    /// A client that went away meanwhile is not noticed: what is given to it runs out of its lease.
    private func claim(_ request: ClaimRequest, _ agentID: String, _ space: WorkSpace) async throws -> [TaskRecord] {
        let lease = request.lease.map { Duration.milliseconds(Int64($0 * 1_000)) }
        let deadline = ContinuousClock.now + .milliseconds(Int64(request.wait * 1_000))
        let ticket = claims.enter(owner: space.owner, domain: space.domain, agentID: agentID)
        var isServed = false
        defer { claims.leave(ticket, isServed: isServed) }
        while true {
            claims.ask(ticket)
            let tasks = try await space.tasks.claim(agentID: agentID, maximum: request.maximum, lease: lease)
            isServed = !tasks.isEmpty
            if isServed { return tasks }
            claims.pass(ticket)
            let left = deadline - .now
            if left <= .zero || claims.isClosed { return [] }
            await claims.wait(ticket, atMost: min(left, ClaimHub.longestSilence))
            try Task.checkCancellation()
        }
    }

    func heartbeat(_ call: Call) async throws -> Answer {
        let (space, agentID, body) = try await asked(call)
        return .json(try await AgentCalls(space: space, agentID: agentID).heartbeat(body))
    }

    func progress(_ call: Call) async throws -> Answer {
        let (space, agentID, body) = try await asked(call)
        let id = try call.entity("task_id")
        return .json(try await AgentCalls(space: space, agentID: agentID).progress(of: id, body))
    }
}
