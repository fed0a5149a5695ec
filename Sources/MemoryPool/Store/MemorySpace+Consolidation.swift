package import Memory
package import NovaContract
package import NovaStore
import RedisClient

extension MemorySpace {
    /// What was made of episodic memories.
    package struct Consolidated: Sendable {
        /// A semantic memory.
        package struct Made: Sendable {
            package let id: String
            package let definition: MemoryDefinition
            /// The version that it is made over; 0: it must not be there.
            package let version: Int
            /// Milliseconds since 1970; nil: never.
            package let expiresAt: Int64?
            /// Whether it stands for near-duplicates.
            package let isMerged: Bool

            package init(
                id: String,
                definition: MemoryDefinition,
                version: Int,
                expiresAt: Int64? = nil,
                isMerged: Bool
            ) {
                self.id = id
                self.definition = definition
                self.version = version
                self.expiresAt = expiresAt
                self.isMerged = isMerged
            }
        }

        /// An episodic memory that was looked at, in the version that was read.
        package struct Seen: Sendable {
            package let id: String
            package let version: Int
            /// Whether it goes into the archive.
            package let isGone: Bool

            package init(id: String, version: Int, isGone: Bool) {
                self.id = id
                self.version = version
                self.isGone = isGone
            }
        }

        package let made: [Made]
        package let seen: [Seen]
        /// What the job is answered.
        package let answer: JSONValue

        package init(made: [Made], seen: [Seen], answer: JSONValue) {
            self.made = made
            self.seen = seen
            self.answer = answer
        }
    }

    /// Episodic memories that were not consolidated yet, as `oldest`.
    package func raw(after cursor: ListCursor?, limit: Int, bytes: Int) async throws -> ListPage<MemoryRecord> {
        try await oldest("raw", after: cursor, limit: limit, bytes: bytes)
    }

    /// The newest of those that stand for near-duplicates, up to so many bytes.
    package func merged(_ count: Int, bytes: Int) async throws -> [MemoryRecord] {
        let reply = try await store.redis.command(
            "ZRANGE",
            scripts.key("merged"),
            "0",
            RedisArgument(count - 1),
            "REV"
        )
        guard let ids = reply.array?.compactMap(\.string) else { throw UnexpectedReply("ZRANGE", reply) }
        return try await get(Array(ids.prefix(try await held(ids, bytes: bytes))))
    }

    /// Keeps what was made: `memory-consolidate.lua`.
    ///
    /// - Parameter most: memories that the domain may hold.
    /// - Returns: what the job is answered, by the first call of it; nil where a memory was changed since it was read, so that
    ///   nothing was written.
    package func keep(_ consolidated: Consolidated, most: Int, jobID: String) async throws -> JSONValue? {
        let made = consolidated.made.map { made -> JSONValue in
            [
                "id": .string(made.id), "doc": .string(JSONValue.object(made.definition.json).jsonString),
                "kind": .string(made.definition.kind.rawValue), "importance": .number(made.definition.importance),
                "version": JSONValue(made.version), "expires": made.expiresAt.map { .integer($0) } ?? "",
                "merged": .bool(made.isMerged),
                "made": .string(made.definition.context["consolidation"]?.jsonString ?? "{}"),
            ]
        }
        let seen = consolidated.seen.map { seen -> JSONValue in
            ["id": .string(seen.id), "version": JSONValue(seen.version), "gone": .bool(seen.isGone)]
        }
        let parts = try await answer(
            MemoryScripts.consolidateMemories,
            job: jobID,
            [
                RedisArgument(most), RedisArgument(JSONValue.array(made).jsonString),
                RedisArgument(JSONValue.array(seen).jsonString), RedisArgument(consolidated.answer.jsonString),
            ],
            "kept",
            "stale"
        )
        return parts.first?.string == "kept" ? try parts.last?.string.map { try JSONValue(parsing: $0) } : nil
    }

    /// What `keep` returned for this job; nil: it was not done.
    package func kept(jobID: String) async throws -> JSONValue? {
        let marker = store.keys.applied(jobID, of: .memory, owner: owner, domain: domain)
        guard let text = try await store.redis.command("GET", RedisArgument(marker)).string else { return nil }
        let parts = try JSONValue(parsing: text).arrayValue ?? []
        guard parts.first == "kept", let answer = parts.last?.stringValue else { return nil }
        return try JSONValue(parsing: answer)
    }

    /// Whether these are as they were read, and wait to be consolidated.
    package func areRaw(_ memories: [MemoryRecord]) async throws -> Bool {
        guard !memories.isEmpty else { return true }
        let times = try await store.redis.command(
            ["ZMSCORE", scripts.key("raw")] + memories.map { RedisArgument($0.id) }
        )
        let versions = try await store.redis.pipeline(memories.map { ["HGET", scripts.key("m", $0.id), "version"] })
        let areThere = times.array?.allSatisfy { !$0.isNull } ?? false
        return try areThere && zip(memories, versions).allSatisfy { try $1.get().string == String($0.version) }
    }

    /// Whether the caller is the one who consolidates; nobody else is for `time`.
    package func takeConsolidation(for time: Duration) async throws -> Bool {
        let reply = try await store.redis.command(
            "SET",
            scripts.key("consolidating"),
            "1",
            "NX",
            "PX",
            RedisArgument(max(1, time.wholeMilliseconds))
        )
        return !reply.isNull
    }
}
