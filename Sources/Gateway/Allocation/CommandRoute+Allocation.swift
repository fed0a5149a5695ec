import NovaContract
import NovaStore

/// The commands on resources.
extension CommandRoute {
    private static let writeResources = Permission(.write, area: "resources")

    static let putResource = CommandRoute(
        kind: .putResource,
        permission: writeResources,
        entity: .path("resource_id"),
        isVersioned: true,
        validate: { _ = try ResourceDefinition(id: $0, body: $1, source: .request) }
    )

    static let patchResource = CommandRoute(
        kind: .patchResource,
        permission: writeResources,
        entity: .path("resource_id"),
        patched: { store, owner, domain, id, patch in
            try await store.pools(owner: owner, domain: domain).pool(id)?.body(patch: patch)
        },
        isVersioned: true,
        validate: putResource.validate
    )

    static let deleteResource = CommandRoute(
        kind: .deleteResource,
        permission: writeResources,
        entity: .path("resource_id"),
        validate: { try BareRequest.check($1) }
    )

    static let allocate = CommandRoute(
        kind: .allocate,
        permission: writeResources,
        entity: .first("resources"),
        validate: { _ = try AllocateRequest(body: $1, ttl: 1, source: .request) }
    )

    static let renewAllocation = CommandRoute(
        kind: .renewAllocation,
        permission: writeResources,
        entity: .path("allocation_id"),
        validate: { _ = try RenewRequest(body: $1, source: .request) }
    )

    static let releaseAllocation = CommandRoute(
        kind: .releaseAllocation,
        permission: writeResources,
        entity: .path("allocation_id"),
        validate: { try BareRequest.check($1) }
    )
}
