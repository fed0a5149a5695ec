import NovaAPI
import NovaContract
import NovaStore

/// Reading of agents, and what agents at work ask for at once: claims, heartbeats, progress.
struct AgentRoutes: Sendable {
    package let store: Store
    let claims: ClaimHub

    private static let read = Permission(.read, area: "agents")
    private static let write = Permission(.write, area: "agents")
    private static let path = "/api/orchestration/agents"

    var all: [Route] {
        [
            .query(
                Self.path,
                needs: Self.read,
                Self.parameters + [.limit, .cursor],
                as: .list,
                EndpointDocument(
                    "listAgents",
                    tag: "agents",
                    "Agents, newest first",
                    "A page ends after 8 MiB of JSON text, and may be short though more follow: go by `next_cursor`.",
                    answer: "AgentList"
                ),
                answer: list
            ),
            .query(
                Self.path + "/{agent_id}",
                needs: Self.read,
                as: .entity,
                EndpointDocument(
                    "getAgent",
                    tag: "agents",
                    "An agent",
                    "Its version is also in `ETag`.",
                    answer: "Agent"
                ),
                answer: get
            ),
            .action(
                Self.path + "/{agent_id}/claim",
                needs: Self.write,
                EndpointDocument(
                    "claimTasks",
                    tag: "agents",
                    "Take tasks under a lease",
                    "First those in the agent's queue, then the most urgent that it can do. Waits where there is nothing (long "
                        + "poll). An agent that is unknown is made.",
                    body: .schema("Claim", example: ["wait": 20, "max": 1], isRequired: false),
                    answer: "Claimed"
                ),
                answer: claim
            ),
            .action(
                Self.path + "/{agent_id}/heartbeat",
                needs: Self.write,
                EndpointDocument(
                    "heartbeat",
                    tag: "agents",
                    "The agent lives; renew its leases",
                    body: .schema("Heartbeat", example: [:], isRequired: false),
                    answer: "HeartbeatAnswer"
                )
            ) { query, body in .json(try await calls(query).heartbeat(body)) },
            .action(
                Self.path + "/{agent_id}/tasks/{task_id}/progress",
                needs: Self.write,
                EndpointDocument(
                    "reportProgress",
                    tag: "agents",
                    "How far a task is; renews its lease",
                    body: .schema(
                        "TaskProgress",
                        example: ["token": 1, "fraction": 0.5, "message": "half"],
                        isRequired: false
                    ),
                    answer: "TaskProgressAnswer"
                )
            ) { query, body in .json(try await calls(query).progress(of: try query.call.entity("task_id"), body)) },
        ]
    }

    // MARK: - Reading

    private static let parameters = [
        QueryParameter(
            "status",
            .choice(AgentRecord.Status.allCases.map(\.rawValue)),
            "idle, busy, offline or unattended."
        ),
        QueryParameter("capability", .text(200), "One that it has."),
        QueryParameter("kind", .choice(AgentDefinition.Kind.allCases.map(\.rawValue)), "Its kind."),
    ]

    private func list(_ query: Query) async throws -> Answer {
        let (cursor, limit) = try query.items.page()
        let status = query.items["status"].flatMap(AgentRecord.Status.init(rawValue:))
        let (capability, kind) = (query.items["capability"], query.items["kind"])
        let known = store.work(owner: query.owner, domain: query.domain).agents
        let page = try await known.list(cursor: cursor, limit: limit) {
            (status == nil || $0.status == status) && (kind == nil || $0.definition.kind.rawValue == kind)
                && (capability.map($0.definition.capabilities.contains) ?? true)
        }
        let agents = try await known.explained(page.elements)
        return .page("agents", agents.map(\.json), next: page.next, query.call)
    }

    private func get(_ query: Query) async throws -> Answer {
        let id = try query.call.entity("agent_id")
        let agents = store.work(owner: query.owner, domain: query.domain).agents
        guard let agent = try await agents.explained(try await agents.agents([id])).first else {
            throw NovaError(.resourceNotFound, "there is no agent \(id) in the domain \(query.domain)")
        }
        var members = agent.json.objectValue ?? [:]
        members["timestamp"] = .string(Timestamp.string())
        return try .entity("the agent \(id)", .object(members), version: agent.version, query.call)
    }

    // MARK: - Agents at work

    private func calls(_ query: Query) throws -> AgentCalls {
        AgentCalls(
            space: store.work(owner: query.owner, domain: query.domain),
            agentID: try query.call.entity("agent_id")
        )
    }

    private func claim(_ query: Query, _ body: JSONValue) async throws -> Answer {
        let calls = try calls(query)
        let request = try ClaimRequest(body: body, source: .request)
        let tasks = try await claim(request, calls.agentID, calls.space)
        return .json([
            "agent_id": .string(calls.agentID), "tasks": .array(tasks.map(\.claimed)),
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
}
