package import Memory
package import NovaContract
package import NovaStore
import RedisClient

/// The memories of one owner in one domain: one hash tag, so that each change of them is one script.
package struct MemorySpace: OwnedSpace {
    package let store: Store
    package let owner: String
    package let domain: String

    // MARK: - Changing

    /// Stores memories, all or none: `memory-put.lua`.
    ///
    /// - Parameters:
    ///   - most: memories that the domain may hold.
    ///   - checksReferences: whether what they refer to must be there.
    /// - Returns: the version of each, without those whose time is over.
    /// - Throws: `NovaError` for what is refused.
    package func put(
        _ memories: [NewMemories.New],
        most: Int,
        checksReferences: Bool = true,
        jobID: String
    ) async throws -> [String: Int] {
        try await store.memorySpaces.add(self)
        let told = memories.map { memory -> JSONValue in
            [
                "id": .string(memory.id), "doc": .string(JSONValue.object(memory.definition.json).jsonString),
                "kind": .string(memory.definition.kind.rawValue), "importance": .number(memory.definition.importance),
                "ttl": memory.ttl.map { .integer(Int64($0 * 1_000)) } ?? "",
                "expires": memory.expiresAt.map { .integer($0) } ?? "", "archived": .bool(memory.isArchived),
                "references": checksReferences ? JSONValue(memory.definition.references) : [],
                "pointer": .string(memory.pointer.description),
            ]
        }
        let parts = try await answer(
            MemoryScripts.putMemories,
            job: jobID,
            [RedisArgument(most), RedisArgument(JSONValue.array(told).jsonString)],
            "stored"
        )
        var versions: [String: Int] = [:]
        for index in stride(from: 1, to: parts.count - 1, by: 2) {
            versions[parts[index].string ?? ""] = parts[index + 1].string.flatMap { Int($0) }
        }
        return versions
    }

    /// What `change` and `forget` found.
    package enum Change: Sendable, Equatable {
        case done(version: Int)
        case stale(version: Int)
    }

    /// Writes what a memory is to be: `memory-change.lua`.
    ///
    /// - Throws: `NovaError` `RESOURCE_NOT_FOUND`.
    package func change(
        _ id: String,
        to definition: MemoryDefinition,
        ttl: Double?,
        isSameContent: Bool = false,
        ifVersion: Int,
        jobID: String
    ) async throws -> Change {
        try await change(
            id,
            definition,
            ttl.map { "\(Int64($0 * 1_000))" } ?? "",
            isSameContent,
            "\(ifVersion)",
            jobID
        )
    }

    /// - Parameter ifVersion: which version may be forgotten; nil: any.
    package func forget(_ id: String, ifVersion: VersionCondition?, jobID: String) async throws -> Change {
        try await change(id, nil, "", false, ifVersion?.text ?? "", jobID)
    }

    private func change(
        _ id: String,
        _ definition: MemoryDefinition?,
        _ ttl: String,
        _ isSame: Bool,
        _ version: String,
        _ job: String
    ) async throws -> Change {
        let parts = try await answer(
            MemoryScripts.changeMemory,
            job: job,
            [
                RedisArgument(id), RedisArgument(version),
                RedisArgument(definition.map { JSONValue.object($0.json).jsonString } ?? ""),
                RedisArgument(definition?.kind.rawValue ?? ""), RedisArgument("\(definition?.importance ?? 0)"),
                RedisArgument(ttl), isSame ? "1" : "0",
                RedisArgument(JSONValue(definition?.references ?? []).jsonString),
            ],
            "done",
            "stale"
        )
        let version = parts.last?.string.flatMap { Int($0) } ?? 0
        return parts[0].string == "done" ? .done(version: version) : .stale(version: version)
    }

    /// Counts that memories were of use: `memory-use.lua`.
    ///
    /// - Returns: those that are there.
    @discardableResult
    package func use(_ ids: [String], jobID: String) async throws -> [String] {
        let parts = try await answer(MemoryScripts.useMemories, job: jobID, ids.map { RedisArgument($0) }, "used")
        return parts.dropFirst().compactMap(\.string)
    }

    package func takeTurn(for time: Duration) async throws -> Bool { try await scripts.takeTurn(for: time) }

    // MARK: - Time

    /// What a look at the time did.
    package struct Tick: Sendable, Equatable {
        package let forgotten: Int
        package let archived: Int
        package let isUnfinished: Bool
    }

    /// Forgets what is over and archives what has faded: `memory-tick.lua`.
    package func tick(most: Int = 500) async throws -> Tick {
        let reply = try await call(MemoryScripts.tickMemories, marker: nil, [RedisArgument(most)])
        guard let parts = reply.array, parts.count == 3, let forgotten = parts[0].int, let archived = parts[1].int
        else {
            throw UnexpectedReply("memory-tick", reply)
        }
        return Tick(forgotten: Int(forgotten), archived: Int(archived), isUnfinished: parts[2].int == 1)
    }

    // MARK: - Reading

    package func get(_ id: String) async throws -> MemoryRecord? { try await get([id]).first }

    /// Those of the ids that are there, in their order.
    package func get(_ ids: [String]) async throws -> [MemoryRecord] {
        guard !ids.isEmpty else { return [] }
        let replies = try await store.redis.pipeline(
            ids.map { ["HMGET", scripts.key("m", $0)] + Self.fields }
        )
        return try zip(ids, replies).compactMap { id, reply in try record(id, reply.get().array ?? []) }
    }

    private static let fields: [RedisArgument] = [
        "doc", "version", "sequence", "created", "updated", "expires", "archived", "uses", "used", "made",
    ]

    /// Makes something of each of the first ids that is there, of as many as have so many bytes, but at least of one.
    ///
    /// One document at a time is parsed: as values it may have thirty times the bytes of its text.
    ///
    /// - Parameters:
    ///   - model: each comes with its vector if it has one of this; nil: none.
    ///   - most: ids that are read.
    /// - Returns: what was made, and how many of the ids were read.
    package func read<Made>(
        _ ids: ArraySlice<String>,
        vectorsOf model: String?,
        most: Int,
        bytes: Int,
        _ make: (MemoryRecord, [Float]?) throws -> Made
    ) async throws -> (made: [Made], count: Int) {
        let some = Array(ids.prefix(most))
        let read = some.prefix(try await held(some, bytes: bytes))
        guard !read.isEmpty else { return ([], 0) }
        let replies = try await store.redis.pipeline(
            read.map { ["HMGET", scripts.key("m", $0)] + Self.fields + (model == nil ? [] : ["model", "vector"]) }
        )
        let made = try zip(read, replies).compactMap { id, reply -> Made? in
            let values = try reply.get().array ?? []
            let known = Self.fields.count
            guard let record = try record(id, Array(values.prefix(known))) else { return nil }
            guard let model, values.count == known + 2, values[known].string == model else {
                return try make(record, nil)
            }
            return try make(record, values[known + 1].bytes.map(Self.floats))
        }
        return (made, read.count)
    }

    // MARK: - Vectors

    /// A vector of what a memory says in one version.
    package struct Embedded: Sendable {
        package let id: String
        package let version: Int
        /// Empty: there is none.
        package let vector: [Float]
        /// Whether the server failed at it; it is tried again, and then put aside.
        package let isFailed: Bool

        package init(id: String, version: Int, vector: [Float], isFailed: Bool = false) {
            self.id = id
            self.version = version
            self.vector = vector
            self.isFailed = isFailed
        }
    }

    /// Names the model, and keeps vectors of it: `memory-embed.lua`.
    ///
    /// - Returns: how many memories wait for one.
    @discardableResult
    package func embed(_ embedded: [Embedded], model: String) async throws -> Int {
        let reply = try await call(
            MemoryScripts.embedMemories,
            marker: nil,
            [RedisArgument(model)]
                + embedded.flatMap {
                    [
                        RedisArgument($0.id), RedisArgument($0.version), RedisArgument(Self.bytes($0.vector)),
                        $0.isFailed ? "1" : "0",
                    ]
                }
        )
        guard let left = reply.int else { throw UnexpectedReply("memory-embed", reply) }
        return Int(left)
    }

    /// Some of the memories without a vector, those that wait the longest first.
    ///
    /// - Parameter bytes: of their documents together; the first comes however large it is.
    package func unembedded(_ count: Int, bytes: Int = 8 << 20) async throws -> [MemoryRecord] {
        let reply = try await store.redis.command(
            "ZRANGE",
            scripts.key("unembedded"),
            "0",
            RedisArgument(count - 1)
        )
        guard let ids = reply.array?.compactMap(\.string) else { throw UnexpectedReply("ZRANGE", reply) }
        return try await get(Array(ids.prefix(try await held(ids, bytes: bytes))))
    }

    /// The model that vectors are of, how many memories wait for one, and how many were put aside because the server failed at
    /// them; nil where nobody named a model.
    package func embedding() async throws -> (model: String, pending: Int, aside: Int)? {
        let replies = try await store.redis.pipeline([
            ["GET", scripts.key("model")], ["ZCARD", scripts.key("unembedded")], ["ZCARD", scripts.key("aside")],
        ])
        guard let model = try replies[0].get().string else { return nil }
        return (model, Int(try replies[1].get().int ?? 0), Int(try replies[2].get().int ?? 0))
    }

    private static func bytes(_ vector: [Float]) -> [UInt8] {
        vector.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
    }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        stride(from: 0, to: bytes.count - 3, by: 4).map { place in
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
            return Float(bitPattern: bits)
        }
    }

    private func record(_ id: String, _ values: [RedisValue]) throws -> MemoryRecord? {
        guard values.count == Self.fields.count, let doc = values[0].bytes else { return nil }
        func number(_ index: Int) -> Int64? { values[index].string.flatMap { Int64($0) } }
        return MemoryRecord(
            id: id,
            definition: MemoryDefinition(kept: try JSONValue(parsing: doc)),
            domain: domain,
            version: Int(number(1) ?? 0),
            sequence: number(2) ?? 0,
            createdAt: number(3) ?? 0,
            updatedAt: number(4) ?? 0,
            expiresAt: number(5),
            archivedAt: number(6),
            use: .init(count: values[7].string.flatMap(Double.init) ?? 0, time: number(8) ?? 0),
            consolidation: try values[9].bytes.map { try JSONValue(parsing: $0) }
        )
    }

    /// One page, the newest first, as `Store.page` reads them.
    package func list(
        cursor: ListCursor?,
        limit: Int,
        where isWanted: (MemoryRecord) -> Bool
    ) async throws -> ListPage<MemoryRecord> {
        try await store.page(
            of: scripts.key("all"),
            cursor: cursor,
            limit: limit,
            text: ({ scripts.key("m", $0) }, "doc"),
            id: \.id,
            read: { try await get($0) },
            where: isWanted
        )
    }

    /// The same by the time they were stored, the oldest first.
    package func oldest(after cursor: ListCursor?, limit: Int, bytes: Int) async throws -> ListPage<MemoryRecord> {
        try await oldest("all", after: cursor, limit: limit, bytes: bytes)
    }

    /// Those of one of the sorted sets, the oldest first, up to so many bytes, but at least one.
    ///
    /// Those that are forgotten meanwhile are left out; where there is no `next`, it was the last page.
    func oldest(_ list: String, after cursor: ListCursor?, limit: Int, bytes: Int) async throws
        -> ListPage<MemoryRecord>
    {
        let places = try await store.places(in: scripts.key(list), after: cursor, count: limit, oldestFirst: true)
        let some = Array(places.prefix(try await held(places.map(\.id), bytes: bytes)))
        return ListPage(elements: try await get(some.map(\.id)), next: some.last)
    }

    /// How many of the memories, from the first on, are read for so many bytes: at least one.
    func held(_ ids: [String], bytes: Int) async throws -> Int {
        var left = bytes
        return min(ids.count, max(1, try await lengths(ids).fitting(in: &left)))
    }

    /// The bytes of the documents of these; 0 where there is none.
    package func lengths(_ ids: [String]) async throws -> [Int] {
        try await store.lengths(ids.map { scripts.key("m", $0) }, of: "doc")
    }

    /// How many there are, and how many of them are in the archive.
    package func counts() async throws -> (all: Int, archived: Int, raw: Int) {
        let replies = try await store.redis.pipeline(
            ["all", "archived", "raw"].map { ["ZCARD", scripts.key($0)] }
        )
        let counts = try replies.map { Int(try $0.get().int ?? 0) }
        return (counts[0], counts[1], counts[2])
    }

    // MARK: - Following

    /// A place in the log of changes.
    package struct Place: Sendable, Equatable {
        let id: String
        package static let start = Place(id: "0-0")

        /// Whether everything up to the other place was seen here.
        package func isNotBefore(_ other: Place) -> Bool { numbers >= other.numbers }

        private var numbers: (UInt64, UInt64) {
            let parts = id.split(separator: "-").map { UInt64($0) ?? 0 }
            return parts.count == 2 ? (parts[0], parts[1]) : (0, 0)
        }
    }

    /// The newest change; the start where there is none.
    package func newest() async throws -> Place {
        let reply = try await store.redis.command("XREVRANGE", scripts.key("log"), "+", "-", "COUNT", "1")
        guard let entries = reply.array else { throw UnexpectedReply("XREVRANGE", reply) }
        return Place(id: entries.first?.array?.first?.string ?? "0-0")
    }

    /// What changed after a place.
    package struct Changes: Sendable {
        /// Each once.
        package let ids: [String]
        package let place: Place
        package let hasMore: Bool
    }

    /// Nil where the log does not reach back to the place, or is another one: everything is to be read anew.
    package func changes(after place: Place, most: Int = 1_000) async throws -> Changes? {
        let replies = try await store.redis.pipeline([
            ["XRANGE", scripts.key("log"), RedisArgument("(" + place.id), "+", "COUNT", RedisArgument(most)],
            ["XRANGE", scripts.key("log"), RedisArgument(place.id), RedisArgument(place.id)],
        ])
        guard let entries = try replies[0].get().array, let own = try replies[1].get().array else {
            throw UnexpectedReply("XRANGE", try replies[0].get())
        }
        // The entry at the place itself is there for as long as nothing after it was trimmed.
        guard !own.isEmpty || place == .start && entries.count < most else { return nil }
        var known: Set<String> = []
        var ids: [String] = []
        for entry in entries {
            guard let fields = entry.array?.last?.array, fields.count == 2, let id = fields[1].string else { continue }
            if known.insert(id).inserted { ids.append(id) }
        }
        return Changes(
            ids: ids,
            place: Place(id: entries.last?.array?.first?.string ?? place.id),
            hasMore: entries.count == most
        )
    }

    /// Some ids that are not archived, after a cursor, in no order, and the next cursor: "0" is both the first and the last.
    ///
    /// Whatever is there from the first call to the last comes, once or more often (Redis's `ZSCAN`).
    package func scan(after cursor: String, count: Int) async throws -> (next: String, ids: [String]) {
        let reply = try await store.redis.command(
            "ZSCAN",
            scripts.key("all"),
            RedisArgument(cursor),
            "COUNT",
            RedisArgument(count)
        )
        guard let parts = reply.array, parts.count == 2, let next = parts[0].string, let places = parts[1].array else {
            throw UnexpectedReply("ZSCAN", reply)
        }
        let ids = stride(from: 0, to: places.count, by: 2).compactMap { places[$0].string }
        guard !ids.isEmpty else { return (next, []) }
        let archived = try await store.redis.command(
            ["ZMSCORE", scripts.key("archived")] + ids.map { RedisArgument($0) }
        )
        guard let times = archived.array, times.count == ids.count else { throw UnexpectedReply("ZMSCORE", archived) }
        return (next, zip(ids, times).compactMap { $1.isNull ? $0 : nil })
    }

    // MARK: - Calling

    var scripts: SpaceScripts {
        SpaceScripts(
            store: store,
            base: store.keys.memory(owner: owner, domain: domain),
            owner: owner,
            domain: domain
        )
    }

    func call(_ script: RedisScript, marker: String?, _ arguments: [RedisArgument]) async throws -> RedisValue {
        let rules = store.memoryRules
        let head = [RedisArgument(rules.halfLife.wholeMilliseconds), RedisArgument("\(rules.archiveBelow)")]
        return try await scripts.call(script, head: head, marker: marker, arguments)
    }

    func answer(
        _ script: RedisScript,
        job: String,
        _ arguments: [RedisArgument],
        _ expected: String...
    ) async throws -> [RedisValue] {
        let reply = try await call(
            script,
            marker: store.keys.applied(job, of: .memory, owner: owner, domain: domain),
            arguments
        )
        let parts = reply.array ?? []
        if let refusal = SpaceScripts.refusal(parts) { throw refusal }
        guard let name = parts.first?.string, expected.contains(name) else {
            throw UnexpectedReply(script.name, reply)
        }
        return parts
    }
}

extension Store {
    /// The memories of one owner in one domain.
    package func memory(owner: String, domain: String) -> MemorySpace {
        MemorySpace(store: self, owner: owner, domain: domain)
    }

    package var memorySpaces: SpaceRegistry<MemorySpace> {
        spaces(keys.memorySpaces) { memory(owner: $0, domain: $1) }
    }
}
