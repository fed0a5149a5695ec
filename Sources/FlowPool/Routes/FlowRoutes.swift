import NovaAPI
import NovaContract
import NovaStore

/// Reading of stored flows.
///
/// Storing and deleting are commands.
struct FlowRoutes: Sendable {
    package let store: Store

    var all: [Route] {
        [
            .query(
                "/api/orchestration/flows/{flow_id}",
                needs: Permission(.read, area: "flows"),
                as: .entity,
                EndpointDocument("getFlow", tag: "flows", "A stored flow", answer: "StoredFlow"),
                answer: get
            )
        ]
    }

    private func get(_ query: Query) async throws -> Answer {
        let id = try query.call.entity("flow_id")
        guard let flow = try await store.flows(owner: query.owner, domain: query.domain).get(id) else {
            throw NovaError(.resourceNotFound, "there is no flow \(id) in the domain \(query.domain)")
        }
        var members = flow.definition.json.objectValue ?? [:]
        members["flow_id"] = .string(id)
        members["domain"] = .string(query.domain)
        members["version"] = JSONValue(flow.version)
        members["updated_at"] = .string(Timestamp.string(milliseconds: flow.updatedAt))
        return try .entity("the flow \(id)", .object(members), version: flow.version, query.call)
    }
}
