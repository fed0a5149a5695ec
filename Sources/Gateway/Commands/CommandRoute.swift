import NovaContract

/// One kind of command as the gateway takes it.
struct CommandRoute: Sendable {
    let kind: CommandKind
    let permission: Permission
    /// The path parameter that names the entity.
    let entity: String
    /// Throws `VALIDATION_ERROR` for a body that no worker could use; given the entity's id and the body.
    let validate: @Sendable (String, JSONValue) throws -> Void

    static let optimizeFlow = CommandRoute(
        kind: .optimizeFlow,
        permission: Permission(.write, area: "flows"),
        entity: "flow_id",
        validate: { _ = try OptimizeFlow(flowID: $0, body: $1) }
    )

    static let storeFlow = CommandRoute(
        kind: .storeFlow,
        permission: Permission(.write, area: "flows"),
        entity: "flow_id",
        validate: { _ = try StoreFlow(flowID: $0, body: $1) }
    )

    static let deleteFlow = CommandRoute(
        kind: .deleteFlow,
        permission: Permission(.write, area: "flows"),
        entity: "flow_id",
        validate: { _, _ in }
    )
}
