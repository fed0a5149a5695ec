import NovaContract
import NovaStore

/// Reading of coordinations: where they stand, and what was said.
struct CoordinationRoutes: Sendable {
    let store: Store

    func get(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "agents"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        let id = try call.entity("coordination_id")
        let space = store.work(owner: key.owner, domain: domain)
        guard let record = try await space.coordinations.get(id) else {
            throw NovaError(.resourceNotFound, "there is no coordination \(id) in the domain \(domain)")
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
        return try .entity("the coordination \(id)", told, version: record.version, call)
    }
}
