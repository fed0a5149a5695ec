package import NovaContract
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
            /// Whether it stands for near-duplicates.
            package let isMerged: Bool

            package init(id: String, definition: MemoryDefinition, version: Int, isMerged: Bool) {
                self.id = id
                self.definition = definition
                self.version = version
                self.isMerged = isMerged
            }
        }

        package let made: [Made]
        /// To be archived: the ids, and the version that each must have.
        package let archived: [(id: String, version: Int)]
        /// That are not to be looked at again.
        package let seen: [String]

        package init(made: [Made], archived: [(id: String, version: Int)], seen: [String]) {
            self.made = made
            self.archived = archived
            self.seen = seen
        }
    }

    /// Episodic memories that were not consolidated yet, in the order in which they were stored; an empty page is the last.
    package func raw(after cursor: ListCursor?, limit: Int) async throws -> ListPage<MemoryRecord> {
        let places = try await store.places(in: scripts.key("raw"), after: cursor, count: limit, oldestFirst: true)
        return ListPage(elements: try await get(places.map(\.id)), next: places.last)
    }

    /// The newest of those that stand for near-duplicates.
    package func merged(_ count: Int) async throws -> [MemoryRecord] {
        let reply = try await store.redis.command("ZRANGE", scripts.key("merged"), "0", RedisArgument(count - 1), "REV")
        guard let ids = reply.array else { throw UnexpectedReply("ZRANGE", reply) }
        return try await get(ids.compactMap(\.string))
    }

    /// Keeps what was made: `memory-consolidate.lua`.
    ///
    /// - Parameter most: memories that the domain may hold.
    /// - Returns: the version of each; nil where a memory was changed since it was read, so that nothing was written.
    package func keep(_ consolidated: Consolidated, most: Int, jobID: String) async throws -> [String: Int]? {
        let made = consolidated.made.map { made -> JSONValue in
            [
                "id": .string(made.id), "doc": .string(JSONValue.object(made.definition.json).jsonString),
                "kind": .string(made.definition.kind.rawValue), "importance": .number(made.definition.importance),
                "version": JSONValue(made.version), "merged": .bool(made.isMerged),
            ]
        }
        let gone = consolidated.archived.map { ["id": .string($0.id), "version": JSONValue($0.version)] as JSONValue }
        let parts = try await answer(
            StoreScripts.consolidateMemories,
            job: jobID,
            [
                RedisArgument(most), RedisArgument(JSONValue.array(made).jsonString),
                RedisArgument(JSONValue.array(gone).jsonString), RedisArgument(JSONValue(consolidated.seen).jsonString),
            ],
            "kept",
            "stale"
        )
        return parts.first?.string == "kept" ? Self.versions(parts) : nil
    }

    /// When memories were consolidated last: milliseconds since 1970; nil: never.
    package func consolidatedAt() async throws -> Int64? {
        try await store.redis.command("GET", scripts.key("consolidated")).string.flatMap { Int64($0) }
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
