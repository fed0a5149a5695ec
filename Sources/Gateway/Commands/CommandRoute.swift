import NovaContract
import NovaStore

/// Where a command's entity is named.
enum EntitySource: Sendable {
    /// By this path parameter.
    case path(String)
    /// By this member of the body; where it is not there, the entity is named after the job that makes it.
    case member(String)
    /// By the first name, in their order, of this member of the body, an object.
    case first(String)
    /// After the job: it is made by it.
    case job
}

/// One kind of command as the gateway takes it.
struct CommandRoute: Sendable {
    let kind: CommandKind
    let permission: Permission
    let entity: EntitySource
    /// Path parameters that become members of the body.
    var members: [String] = []
    /// Query parameters, `true` or `false`, that become members of the body; left out, they are false.
    var flags: [String] = []

    /// What may stand in the query.
    var query: [QueryParameter] { [.domain] + flags.map { QueryParameter($0, .flag, standard: false) } }
    /// The body that does what a merge patch asks for, given the store, the key's owner, the domain, the entity's id and the
    /// patch; nil where there is no such entity yet, which is the worker's to see: it may be made by a command that is on
    /// its way.
    ///
    /// With it the body is a merge patch, which is published as it is, and what it comes to now is validated.
    var patched: (@Sendable (Store, String, String, String, JSONValue) async throws -> JSONValue?)?
    /// Whether its result names the entity's version, which becomes the answer's `ETag`.
    var isVersioned = false
    /// What is published instead of what was sent.
    var rewrite: (@Sendable (JSONValue) throws -> JSONValue)?
    /// Throws `VALIDATION_ERROR` for a body that no worker could use; given the entity's id and the body.
    let validate: @Sendable (String, JSONValue) throws -> Void

    static let optimizeFlow = CommandRoute(
        kind: .optimizeFlow,
        permission: Permission(.write, area: "flows"),
        entity: .path("flow_id"),
        validate: { _ = try OptimizeFlow(flowID: $0, body: $1, source: .request) }
    )

    static let storeFlow = CommandRoute(
        kind: .storeFlow,
        permission: Permission(.write, area: "flows"),
        entity: .path("flow_id"),
        isVersioned: true,
        validate: { _ = try StoreFlow(flowID: $0, body: $1, source: .request) }
    )

    static let patchFlow = CommandRoute(
        kind: .patchFlow,
        permission: Permission(.write, area: "flows"),
        entity: .path("flow_id"),
        patched: { store, owner, domain, id, patch in
            try await store.flows(owner: owner, domain: domain).get(id)?.definition.body(patch: patch)
        },
        isVersioned: true,
        validate: storeFlow.validate
    )

    static let deleteFlow = CommandRoute(
        kind: .deleteFlow,
        permission: Permission(.write, area: "flows"),
        entity: .path("flow_id"),
        validate: { try BareRequest.check($1) }
    )
}
