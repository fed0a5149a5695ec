import NovaAPI
import NovaContract
import NovaStore

/// Reading of coordinations: where they stand, and what was said.
struct CoordinationRoutes: Sendable {
    package let store: Store

    var all: [Route] {
        [
            .query(
                "/api/orchestration/coordinations/{coordination_id}",
                needs: Permission(.read, area: "agents"),
                as: .entity,
                EndpointDocument(
                    "getCoordination",
                    tag: "agents",
                    "A coordination and its conversation",
                    answer: "Coordination"
                ),
                answer: get
            )
        ]
    }

    private func get(_ query: Query) async throws -> Answer {
        let id = try query.call.entity("coordination_id")
        let space = store.work(owner: query.owner, domain: query.domain)
        guard let record = try await space.coordinations.get(id) else {
            throw NovaError(.resourceNotFound, "there is no coordination \(id) in the domain \(query.domain)")
        }
        let state = record.state
        let parts = (state["parts"]?.arrayValue ?? []).map { part -> JSONValue in
            [
                "task_id": .string("\(id).\(part["id"]?.stringValue ?? "")"), "agent_id": part["agent"] ?? .null,
                "role": part["role"] ?? .null, "round": part["round"] ?? .null, "outcome": part["outcome"] ?? .null,
            ]
        }
        let told: JSONValue = [
            "coordination_id": .string(id), "status": .string(record.status), "version": JSONValue(record.version),
            "strategy": state["strategy"] ?? .null, "why": state["why"] ?? .null, "task": state["task"] ?? .null,
            "participants": state["participants"] ?? [], "parts": .array(parts),
            "result": state["verdict"]?["result"] ?? .null, "error": state["verdict"]?["failed"] ?? .null,
            "confidence": state["verdict"]?["confidence"] ?? .null,
            "confidence_basis": state["verdict"]?["basis"] ?? .null, "messages": .array(record.messages),
            "created_at": .string(Timestamp.string(milliseconds: record.createdAt)),
            "updated_at": .string(Timestamp.string(milliseconds: record.updatedAt)),
            "timestamp": .string(Timestamp.string()),
        ]
        return try .entity("the coordination \(id)", told, version: record.version, query.call)
    }
}
