import NovaContract
import NovaStore

/// The commands on memories.
extension CommandRoute {
    private static let writeMemory = Permission(.write, area: "memory")

    static let storeMemory = CommandRoute(
        kind: .storeMemory,
        permission: writeMemory,
        entity: .member("memory_id"),
        validate: { _ = try NewMemories(memoryID: $0, body: $1, source: .request) }
    )

    static let storeMemories = CommandRoute(
        kind: .storeMemories,
        permission: writeMemory,
        entity: .job,
        validate: { _ = try NewMemories(batchID: $0, body: $1, source: .request) }
    )

    static let updateMemory = CommandRoute(
        kind: .updateMemory,
        permission: writeMemory,
        entity: .path("memory_id"),
        isVersioned: true,
        validate: { _ = try MemoryChange(memoryID: $0, body: $1, source: .request) }
    )

    static let patchMemory = CommandRoute(
        kind: .patchMemory,
        permission: writeMemory,
        entity: .path("memory_id"),
        patched: { store, owner, domain, id, patch in
            try MemoryChange.check(patch: patch)
            return try await store.memory(owner: owner, domain: domain).get(id)?.definition.body(patch: patch)
        },
        isVersioned: true,
        validate: updateMemory.validate
    )

    static let deleteMemory = CommandRoute(
        kind: .deleteMemory,
        permission: writeMemory,
        entity: .path("memory_id"),
        validate: { try BareRequest.check($1) }
    )

    static let useMemories = CommandRoute(
        kind: .useMemories,
        permission: writeMemory,
        entity: .job,
        validate: { _ = try MemoryUse(body: $1, source: .request) }
    )

    static let consolidateMemory = CommandRoute(
        kind: .consolidateMemory,
        permission: writeMemory,
        entity: .job,
        validate: { _ = try MemoryConsolidation(body: $1, source: .request) }
    )

    static let searchMemory = CommandRoute(
        kind: .searchMemory,
        permission: Permission(.read, area: "memory"),
        entity: .job,
        validate: { _ = try MemoryQuery(body: $1, source: .request) }
    )
}
