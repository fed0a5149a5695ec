import HTTPTypes
package import NovaAPI
package import NovaContract
import NovaStore

/// The commands on agents.
package enum AgentCommands {
    private static let writeAgents = Permission(.write, area: "agents")

    package static let all: [any AnyCommandDeclaration] = [put, patch, delete, assign, coordinate]

    package static let put = CommandDeclaration(
        .putAgent,
        needs: writeAgents,
        isVersioned: true,
        at: CommandEndpoint(
            .put,
            "/api/orchestration/agents/{agent_id}",
            entity: .path("agent_id"),
            EndpointDocument(
                "putAgent",
                tag: "agents",
                "Register or change an agent",
                body: .schema("AgentDefinition", example: ["capabilities": ["reading"], "capacity": 2]),
                answer: "AgentAnswer"
            )
        ),
        CommandEndpoint(
            .post,
            "/api/orchestration/agents/import",
            entity: .member("agent_id"),
            rewrite: { try PersonaImport.body($0, source: .request) },
            EndpointDocument(
                "importAgent",
                tag: "agents",
                "Register a persona that was written elsewhere",
                "An agent specification of TinyTroupe as it is, or an object of a persona's members; "
                    + "members of `AgentDefinition` beside it are taken over. The agent is of kind `model`; "
                    + "its id is `agent_id`, or made of the persona's name.",
                body: .schema(
                    "PersonaImport",
                    example: [
                        "type": "TinyPerson",
                        "persona": [
                            "name": "Lisa Carter",
                            "age": 28,
                            "occupation": ["title": "Data Scientist"],
                            "personality": ["traits": ["You are curious."]],
                        ],
                    ]
                ),
                answer: "AgentAnswer"
            )
        ),
        reading: { try AgentDefinition(agentID: $1.entityID, body: $0, source: $1.source) }
    )

    package static let patch = CommandDeclaration(
        .patchAgent,
        patching: put,
        at: CommandEndpoint(
            .patch,
            "/api/orchestration/agents/{agent_id}",
            entity: .path("agent_id"),
            EndpointDocument(
                "patchAgent",
                tag: "agents",
                "Change an agent",
                "A merge patch (RFC 7396): members that are named are changed, `null` gives one its "
                    + "default, objects are merged, all else stays as it is. What it comes to is held to the "
                    + "same rules as a PUT. `If-Match` guards against changes that others make meanwhile.",
                body: .mergePatch,
                answer: "AgentAnswer"
            )
        ),
        patched: { place, subject, patch in
            try await place.store.work(owner: place.owner, domain: place.domain).agents.get(subject.entityID)?
                .definition.body(patch: patch)
        }
    )

    package static let delete = CommandDeclaration(
        .deleteAgent,
        needs: writeAgents,
        at: CommandEndpoint(
            .delete,
            "/api/orchestration/agents/{agent_id}",
            entity: .path("agent_id"),
            EndpointDocument(
                "deleteAgent",
                tag: "agents",
                "Take an agent out",
                "What it held goes to others.",
                answer: "AgentAnswer"
            )
        )
    )

    package static let assign = CommandDeclaration(
        .assignAgent,
        needs: writeAgents,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/agents/{agent_id}/assign",
            entity: .path("agent_id"),
            EndpointDocument(
                "assignAgent",
                tag: "agents",
                "Put a task in the queue of an agent",
                "An agent that is unknown is made.",
                body: .schema(
                    "AssignTask",
                    example: ["task": ["type": "summarize", "parameters": ["url": "https://example.com/a"]]]
                ),
                answer: "AssignAnswer"
            )
        ),
        reading: { body, subject in
            try AssignRequest(
                agentID: subject.entityID,
                taskID: subject.jobID,
                body: body,
                now: subject.createdAt,
                source: subject.source
            )
        }
    )

    package static let coordinate = CommandDeclaration(
        .coordinate,
        needs: writeAgents,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/agents/coordinate",
            entity: .job,
            EndpointDocument(
                "coordinate",
                tag: "agents",
                "Agents work together",
                "Answered when it has ended; of agents that nobody runs at once, with the plan, its "
                    + "first parts in their queues. Cancelling its job cancels its parts.",
                body: .schema(
                    "Coordinate",
                    example: [
                        "agents": ["ada", "bob", "eve"],
                        "task": ["question": "Which of the two drafts?"],
                        "strategy": "consensus",
                    ]
                ),
                answer: "CoordinateAnswer"
            )
        ),
        reading: { try CoordinateRequest(body: $0, source: $1.source) }
    )
}

extension CommandKind {
    package static let putAgent = CommandKind("agent.put", of: .coordination, on: "agent", isConditional: true)
    package static let patchAgent = CommandKind("agent.patch", of: .coordination, on: "agent", isConditional: true)
    package static let deleteAgent = CommandKind("agent.delete", of: .coordination, on: "agent", isConditional: true)
    package static let assignAgent = CommandKind("agent.assign", of: .coordination, on: "agent")
    package static let coordinate = CommandKind("agents.coordinate", of: .coordination, on: "coordination")
}
