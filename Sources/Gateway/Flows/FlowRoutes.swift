import NovaContract
import NovaStore

/// Reading of stored flows.
///
/// Storing and deleting are commands.
struct FlowRoutes: Sendable {
    let store: Store

    func get(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "flows"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        let id = try call.entity("flow_id")
        guard let flow = try await store.flows(owner: key.owner, domain: domain).get(id) else {
            throw NovaError(.resourceNotFound, "there is no flow \(id) in the domain \(domain)")
        }
        var members = flow.definition.json.objectValue ?? [:]
        members["flow_id"] = .string(id)
        members["domain"] = .string(domain)
        members["version"] = JSONValue(flow.version)
        members["updated_at"] = .string(Timestamp.string(milliseconds: flow.updatedAt))
        return try .entity("the flow \(id)", .object(members), version: flow.version, call)
    }
}
