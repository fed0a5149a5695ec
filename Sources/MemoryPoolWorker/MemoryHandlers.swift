import GRDB
import Logging
import Memory
import MemoryIndex
import MemoryPool
import NovaAPI
import NovaContract
import NovaStore
import WorkerRuntime

/// Carries out the commands on memories.
struct MemoryHandlers: Sendable {
    let store: Store
    let shelf: ReplicaShelf
    /// Nil: only words are compared.
    let embedder: Embedder?
    let consolidator: Consolidator
    /// Memories that a domain may hold.
    let maximum: Int
    let logger: Logger

    var all: [RegisteredHandler] {
        [
            MemoryCommands.store.answered { new, command, _ in try await store(new, command, space(of: command)) },
            MemoryCommands.storeBatch.answered { new, command, _ in try await store(new, command, space(of: command)) },
            MemoryCommands.importLines.answered { new, command, _ in try await store(new, command, space(of: command))
            },
            MemoryCommands.update.answered { change, command, _ in
                try await update(command, space(of: command)) { _ in change }
            },
            MemoryCommands.patch.answered { patch, command, _ in
                try await update(command, space(of: command)) { known throws(NovaError) in
                    try MemoryChange(memoryID: command.entityID, patch: patch, of: known)
                }
            },
            MemoryCommands.delete.answered { _, command, _ in try await forget(command, space(of: command)) },
            MemoryCommands.search.answered { query, command, _ in try await search(query, space(of: command)) },
            MemoryCommands.use.answered { use, command, _ in try await self.use(use, command, space(of: command)) },
            MemoryCommands.consolidate.answered { order, command, context in
                try await consolidate(order, command, context, space(of: command))
            },
        ]
    }

    private func space(of command: Command) -> MemorySpace {
        store.memory(owner: command.owner, domain: command.domain)
    }

    // MARK: - Changing

    private static let isKept =
        "it is kept, and every search that begins from now on looks through its words"

    /// What a change is answered: it is done.
    private static func kept(
        _ members: JSONObject,
        _ orchestration: JSONObject,
        _ warnings: [NovaError.Detail]
    ) -> JSONValue {
        var answer = members
        answer["orchestration"] = .object(orchestration.merging(["indexed": ["words"]]) { $1 })
        answer["confidence"] = 1
        answer["confidence_basis"] = .string(isKept)
        answer["timestamp"] = .string(Timestamp.string())
        return told(warnings, in: .object(answer))
    }

    /// The answer with what was not understood, where there is something.
    private static func told(_ warnings: [NovaError.Detail], in answer: JSONValue) -> JSONValue {
        guard !warnings.isEmpty, case .object(var members) = answer else { return answer }
        members["warnings"] = .array(
            warnings.map { ["pointer": .string($0.pointer.description), "message": .string($0.message)] }
        )
        return .object(members)
    }

    private static func told(_ id: String, _ version: Int) -> JSONObject {
        ["memory_id": .string(id), "version": JSONValue(version)]
    }

    private func store(_ new: NewMemories, _ command: Command, _ space: MemorySpace) async throws -> JSONValue {
        let versions = try await space.put(
            new.memories,
            most: maximum,
            // What they refer to may follow, or may have been forgotten before they were exported.
            checksReferences: command.kind != MemoryCommands.importLines.kind,
            jobID: command.jobID
        )
        let told = new.memories.compactMap { memory in versions[memory.id].map { Self.told(memory.id, $0) } }
        if command.kind == MemoryCommands.store.kind, told.isEmpty {
            let fault = "is over"
            throw NovaError(.validationError, "/expires_at: \(fault)", details: [.init("/expires_at", fault)])
        }
        guard command.kind == MemoryCommands.store.kind, let one = told.first else {
            let memories: JSONObject = ["memories": .array(told.map { .object($0) })]
            return Self.kept(memories, ["stored": JSONValue(told.count)], new.warnings)
        }
        return Self.kept(one, ["status": one["version"] == 1 ? "created" : "updated"], new.warnings)
    }

    /// - Parameter make: the change, given what is known; asked again where the memory was changed meanwhile.
    private func update(
        _ command: Command,
        _ space: MemorySpace,
        _ make: (MemoryDefinition) throws(NovaError) -> MemoryChange
    ) async throws -> JSONValue {
        let id = command.entityID
        for _ in 0..<20 {
            guard let known = try await space.get(id) else {
                throw NovaError(.resourceNotFound, "there is no memory \(id) in the domain \(space.domain)")
            }
            // Delivered again, it is not refused for the version that it made itself: 0 is none, and the first delivery's
            // answer comes before it is looked at.
            let isWanted = command.ifVersion?.holds(known.version) ?? true
            let change = try make(known.definition)
            let changed = change.applied(to: known.definition)
            let written = try await space.change(
                id,
                to: changed,
                ttl: change.ttl,
                isSameContent: changed.content == known.definition.content,
                ifVersion: isWanted ? known.version : 0,
                jobID: command.jobID
            )
            switch written {
            case .done(let version):
                return Self.kept(Self.told(id, version), ["status": "updated"], change.warnings)
            case .stale(let version):
                if let condition = command.ifVersion, !condition.holds(version) {
                    throw condition.failure("the memory \(id)", version: version)
                }
            }
        }
        throw NovaError(.serviceUnavailable, "the memory is changed too often at the moment", retryAfter: 1)
    }

    private func forget(_ command: Command, _ space: MemorySpace) async throws -> JSONValue {
        let id = command.entityID
        switch try await space.forget(id, ifVersion: command.ifVersion, jobID: command.jobID) {
        case .done:
            return ["memory_id": .string(id), "status": "deleted", "timestamp": .string(Timestamp.string())]
        case .stale(let version):
            throw (command.ifVersion ?? .exists).failure("the memory \(id)", version: version)
        }
    }

    private func use(_ use: MemoryUse, _ command: Command, _ space: MemorySpace) async throws -> JSONValue {
        let used = try await space.use(use.ids, jobID: command.jobID)
        return [
            "used": JSONValue(used), "unknown": JSONValue(use.ids.filter { !used.contains($0) }),
            "timestamp": .string(Timestamp.string()),
        ]
    }

    private func consolidate(
        _ order: MemoryConsolidation,
        _ command: Command,
        _ context: JobContext,
        _ space: MemorySpace
    ) async throws -> JSONValue {
        try await consolidator.consolidate(order, space, jobID: command.jobID) { looked, all in
            context.report(
                Progress(
                    fraction: Double(looked) / Double(max(1, all)),
                    message: "\(looked) of \(all) memories are read by the model"
                )
            )
        }
    }

    // MARK: - Searching

    private func search(_ query: MemoryQuery, _ space: MemorySpace) async throws -> JSONValue {
        let replica = try await shelf.replica(of: space)
        do {
            return try await search(query, replica)
        } catch let error as DatabaseError {
            await shelf.drop(replica)
            logger.error("a replica is made anew", metadata: ["domain": "\(space.domain)", "error": "\(error)"])
            throw NovaError(.serviceUnavailable, "the domain cannot be searched at the moment", retryAfter: 1)
        }
    }

    private func search(_ query: MemoryQuery, _ replica: MemoryReplica) async throws -> JSONValue {
        async let vector = embedder?.vector(of: query)
        try await replica.synchronize()
        let search = MemorySearch(
            query,
            vector: try await vector,
            importanceHalfLife: Double(store.memoryRules.halfLife.wholeMilliseconds) / 1_000,
            now: Timestamp.milliseconds()
        )
        let found = try await replica.run(search)
        let answer = try await SearchAnswer(found, in: replica.space).json
        return Self.told(query.warnings, in: answer)
    }
}
