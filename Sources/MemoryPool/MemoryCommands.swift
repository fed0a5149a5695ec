import HTTPTypes
package import Memory
package import NovaAPI
package import NovaContract
import NovaStore

/// The commands on memories.
package enum MemoryCommands {
    private static let writeMemory = Permission(.write, area: "memory")
    private static let readMemory = Permission(.read, area: "memory")

    package static let all: [any AnyCommandDeclaration] = [
        store, storeBatch, update, patch, delete, search, importLines, use, consolidate,
    ]

    package static let store = CommandDeclaration(
        .storeMemory,
        needs: writeMemory,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/memory/store",
            entity: .member("memory_id"),
            EndpointDocument(
                "storeMemory",
                tag: "memory",
                "Store a memory",
                "It is found by every search that begins after the answer.",
                body: .schema(
                    "StoreMemory",
                    example: [
                        "content": ["speaker": "Ada", "text": "The invoice of March is still unpaid"],
                        "importance": 0.7,
                        "context": ["conversation": "billing"],
                    ]
                ),
                answer: "MemoryAnswer"
            )
        ),
        reading: { try NewMemories(memoryID: $1.entityID, body: $0, source: $1.source) }
    )

    package static let storeBatch = CommandDeclaration(
        .storeMemories,
        needs: writeMemory,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/memory/batch",
            entity: .job,
            EndpointDocument(
                "storeMemories",
                tag: "memory",
                "Store up to 500 memories, all or none",
                body: .schema("MemoryBatch", example: ["memories": [["content": ["text": "We went to Lisbon"]]]]),
                answer: "MemoryBatchAnswer"
            )
        ),
        reading: { try NewMemories(batchID: $1.entityID, body: $0, source: $1.source) }
    )

    package static let update = CommandDeclaration(
        .updateMemory,
        needs: writeMemory,
        isVersioned: true,
        at: CommandEndpoint(
            .put,
            "/api/orchestration/memory/{memory_id}",
            entity: .path("memory_id"),
            EndpointDocument(
                "updateMemory",
                tag: "memory",
                "Change a memory",
                "The members that are given replace those that are kept.",
                body: .schema("MemoryDefinition", example: ["importance": 0.9]),
                answer: "MemoryAnswer"
            )
        ),
        reading: { try MemoryChange(memoryID: $1.entityID, body: $0, source: $1.source) }
    )

    package static let patch = CommandDeclaration(
        .patchMemory,
        patching: update,
        at: CommandEndpoint(
            .patch,
            "/api/orchestration/memory/{memory_id}",
            entity: .path("memory_id"),
            EndpointDocument(
                "patchMemory",
                tag: "memory",
                "Change a memory",
                "A merge patch (RFC 7396): members that are named are changed, `null` gives one its "
                    + "default, objects are merged, all else stays as it is. What it comes to is held to the "
                    + "same rules as a PUT. `If-Match` guards against changes that others make meanwhile.",
                body: .mergePatch,
                answer: "MemoryAnswer"
            )
        ),
        patched: { place, subject, patch in
            try MemoryChange.check(patch: patch)
            return try await place.store.memory(owner: place.owner, domain: place.domain).get(subject.entityID)?
                .definition.body(patch: patch)
        }
    )

    package static let delete = CommandDeclaration(
        .deleteMemory,
        needs: writeMemory,
        at: CommandEndpoint(
            .delete,
            "/api/orchestration/memory/{memory_id}",
            entity: .path("memory_id"),
            EndpointDocument(
                "deleteMemory",
                tag: "memory",
                "Forget a memory",
                answer: "MemoryDeleted"
            )
        )
    )

    package static let search = CommandDeclaration(
        .searchMemory,
        needs: readMemory,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/memory/search",
            entity: .job,
            EndpointDocument(
                "searchMemories",
                tag: "memory",
                "Find memories",
                body: .schema("SearchMemory", example: ["content": ["text": "unpaid invoices"], "limit": 5]),
                answer: "SearchAnswer"
            )
        ),
        reading: { try MemoryQuery(body: $0, source: $1.source) }
    )

    /// A part of an import; it is not asked for by itself.
    package static let importLines = CommandDeclaration(
        .importMemories,
        needs: writeMemory,
        reading: { try NewMemories(batchID: $1.entityID, body: $0, source: $1.source) }
    )

    package static let use = CommandDeclaration(
        .useMemories,
        needs: writeMemory,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/memory/use",
            entity: .job,
            EndpointDocument(
                "useMemories",
                tag: "memory",
                "Say which memories were of use",
                "They rank higher (`weights.use`), and fade from now on; archived ones come back.",
                body: .schema("UseMemories", example: ["memory_ids": ["invoice-2026-03"]]),
                answer: "UseAnswer"
            )
        ),
        reading: { try MemoryUse(body: $0, source: $1.source) }
    )

    package static let consolidate = CommandDeclaration(
        .consolidateMemory,
        needs: writeMemory,
        at: CommandEndpoint(
            .post,
            "/api/orchestration/memory/consolidate",
            entity: .job,
            EndpointDocument(
                "consolidateMemories",
                tag: "memory",
                "Make semantic memories of episodic ones",
                "Looks at episodic memories that were not consolidated yet, the oldest first: "
                    + "near-duplicates become one, facts are kept with their times, conversations are summed "
                    + "up.",
                body: .schema(
                    "ConsolidateMemories",
                    example: ["method": "auto", "filter": ["conversation": "billing"]]
                ),
                answer: "ConsolidationAnswer"
            )
        ),
        reading: { try MemoryConsolidation(body: $0, source: $1.source) }
    )
}

extension CommandKind {
    package static let storeMemory = CommandKind("memory.store", of: .memory, on: "memory")
    // A batch and a search are named after their jobs: nothing waits for them.
    package static let storeMemories = CommandKind("memory.batch", of: .memory, on: "memories")
    package static let updateMemory = CommandKind("memory.update", of: .memory, on: "memory", isConditional: true)
    package static let patchMemory = CommandKind("memory.patch", of: .memory, on: "memory", isConditional: true)
    package static let deleteMemory = CommandKind("memory.delete", of: .memory, on: "memory", isConditional: true)
    package static let searchMemory = CommandKind("memory.search", of: .memory, on: "search")
    package static let importMemories = CommandKind("memory.import", of: .memory, on: "memories")
    package static let useMemories = CommandKind("memory.use", of: .memory, on: "use")
    package static let consolidateMemory = CommandKind("memory.consolidate", of: .memory, on: "consolidation")
}
