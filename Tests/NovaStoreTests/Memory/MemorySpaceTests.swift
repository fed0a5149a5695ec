import Memory
import MemoryPool
import NovaContract
import NovaStore
import RedisClient
import Testing

/// What the scripts of memories promise, whoever calls them and however often.
@Suite(.timeLimit(.minutes(1))) struct MemorySpaceTests {
    private static func withSpace(
        halfLife: Duration = .seconds(3_600),
        archiveBelow: Double = 0.1,
        _ body: (MemorySpace) async throws -> Void
    ) async throws {
        try await withStore { store in
            var store = store
            store.memoryRules.halfLife = halfLife
            store.memoryRules.archiveBelow = archiveBelow
            try await body(store.memory(owner: "o", domain: "d"))
        }
    }

    @discardableResult
    private static func put(
        _ space: MemorySpace,
        _ id: String,
        _ more: JSONObject = [:],
        most: Int = 100
    ) async throws -> [String: Int] {
        let own: JSONObject = ["content": ["text": .string(id)]]
        let new = try NewMemories(memoryID: id, body: .object(own.merging(more) { $1 })).memories
        return try await space.put(new, most: most, jobID: UUIDv7.make())
    }

    /// Looks at the time until something was archived.
    private static func archive(_ space: MemorySpace) async throws {
        while try await space.tick().archived == 0 { try Task.checkCancellation() }
    }

    // MARK: - Fading

    @Test func whatFadesIsArchivedAndComesBackWhenItIsOfUse() async throws {
        // Two half-lives until 0.2 is 0.05.
        try await Self.withSpace(halfLife: .milliseconds(40), archiveBelow: 0.05) { space in
            try await Self.put(space, "a", ["importance": 0.2])
            try await Self.put(space, "fact", ["importance": 0.01, "type": "semantic"])
            let stored = try #require(try await space.get("a"))
            #expect(stored.archivedAt == nil)
            let place = try await space.newest()
            try await Self.archive(space)
            let archived = try #require(try await space.get("a"))
            let at = try #require(archived.archivedAt)
            #expect(at >= stored.createdAt + 80 && archived.version == 1 && archived.definition == stored.definition)
            // Those who follow hear of it, and do not read it again from the beginning.
            #expect(try await space.changes(after: place)?.ids == ["a"])
            #expect(try await space.scan(after: "0", count: 9).ids == ["fact"])
            let counts = try await space.counts()
            // It was not consolidated, and can still be.
            #expect(counts.all == 2 && counts.archived == 1 && counts.raw == 1)

            #expect(try await space.use(["a", "none"], jobID: "u") == ["a"])
            #expect(try await space.use(["a"], jobID: "u") == ["a"])
            let back = try #require(try await space.get("a"))
            #expect(back.archivedAt == nil && back.use.time >= at)
            // The job is counted once.
            #expect(abs(back.use.count - 1) < 1e-5)
            #expect(try await space.scan(after: "0", count: 9).ids.sorted() == ["a", "fact"])
            try await Self.archive(space)
            #expect(try await Self.put(space, "a") == ["a": 2])
            #expect(try await space.get("a")?.archivedAt == nil)
        }
    }

    @Test func unimportantOnesStayForAHalfLifeAndOthersByTheRuleOfToday() async throws {
        try await Self.withSpace { space in
            try await Self.put(space, "a", ["importance": 0])
            try await Self.put(space, "b", ["importance": 1])
            #expect(try await space.tick().archived == 0)
        }
        try await withStore { store in
            var (short, long) = (store, store)
            short.memoryRules.halfLife = .milliseconds(1)
            long.memoryRules.halfLife = .seconds(3_600)
            try await Self.put(short.memory(owner: "o", domain: "d"), "a", ["importance": 0])
            let space = long.memory(owner: "o", domain: "d")
            let stored = try #require(try await space.get("a")?.createdAt)
            while Timestamp.milliseconds() < stored + 5 { try Task.checkCancellation() }
            // Its time was set by another rule; it is set anew.
            let tick = try await space.tick()
            #expect(tick.forgotten == 0 && tick.archived == 0 && !tick.isUnfinished)
            #expect(try await short.memory(owner: "o", domain: "d").tick().archived == 0)
            #expect(try await space.get("a")?.archivedAt == nil)
        }
    }

    @Test func archivedOnesCountAndAreForgottenInTheirTime() async throws {
        try await Self.withSpace(halfLife: .milliseconds(1)) { space in
            try await Self.put(space, "a", ["importance": 0, "ttl": 1])
            try await Self.archive(space)
            try await expectRefusal(.limitReached) { try await Self.put(space, "b", most: 1) }
            while try await space.tick().forgotten == 0 { try Task.checkCancellation() }
            let counts = try await space.counts()
            #expect(counts.all == 0 && counts.archived == 0)
        }
    }

    // MARK: - Consolidation

    private static func made(_ id: String, version: Int, merged: Bool = false) -> MemorySpace.Consolidated.Made {
        var definition = MemoryDefinition(content: ["text": "made"])
        definition.kind = .semantic
        return .init(id: id, definition: definition, version: version, isMerged: merged)
    }

    private static func raw(_ space: MemorySpace) async throws -> [String] {
        try await space.raw(after: nil, limit: 9, bytes: 1_000).elements.map(\.id)
    }

    private static func keep(
        _ space: MemorySpace,
        _ made: [MemorySpace.Consolidated.Made],
        _ seen: [MemorySpace.Consolidated.Seen],
        most: Int = 9,
        job: String = "1"
    ) async throws -> JSONValue? {
        let consolidated = MemorySpace.Consolidated(made: made, seen: seen, answer: ["made": JSONValue(made.map(\.id))])
        return try await space.keep(consolidated, most: most, jobID: job)
    }

    @Test func whatWasChangedMeanwhileIsNotWrittenOver() async throws {
        try await Self.withSpace { space in
            try await Self.put(space, "a")
            try await Self.put(space, "b")
            #expect(try await Self.raw(space) == ["a", "b"])
            let seen = ["a", "b"].map { MemorySpace.Consolidated.Seen(id: $0, version: 1, isGone: $0 == "b") }
            // Another version of what is made, of what was looked at, and one that was looked at and is gone.
            #expect(try await Self.keep(space, [Self.made("s", version: 1)], seen) == nil)
            let changed = MemorySpace.Consolidated.Seen(id: "b", version: 2, isGone: false)
            #expect(try await Self.keep(space, [Self.made("s", version: 0)], [seen[0], changed]) == nil)
            let gone = MemorySpace.Consolidated.Seen(id: "none", version: 1, isGone: false)
            #expect(try await Self.keep(space, [Self.made("s", version: 0)], seen + [gone]) == nil)
            #expect(try await space.counts().all == 2)
            #expect(try await Self.raw(space) == ["a", "b"])

            let answer: JSONValue = ["made": ["s"]]
            #expect(try await Self.keep(space, [Self.made("s", version: 0, merged: true)], seen) == answer)
            // The same job again is the first time's answer, and changes nothing.
            #expect(try await Self.keep(space, [Self.made("t", version: 0)], []) == answer)
            #expect(try await space.kept(jobID: "1") == answer)
            #expect(try await space.kept(jobID: "2") == nil)
            #expect(try await space.get("s")?.version == 1)
            #expect(try await space.get("t") == nil)
            #expect(try await space.get("b")?.archivedAt != nil)
            #expect(try await space.get("a")?.archivedAt == nil)
            #expect(try await Self.raw(space).isEmpty)
            #expect(try await space.merged(9, bytes: 1_000).map(\.id) == ["s"])
            // What was consolidated is not consolidated again, though its version is the same.
            #expect(try await Self.keep(space, [Self.made("s", version: 1)], [seen[0]], job: "2") == nil)
            // What says something else now is to be looked at again.
            try await Self.put(space, "a")
            #expect(try await Self.raw(space) == ["a"])
            try await expectRefusal(.limitReached) {
                let again = MemorySpace.Consolidated.Seen(id: "a", version: 2, isGone: false)
                _ = try await Self.keep(space, [Self.made("t", version: 0)], [again], most: 3, job: "3")
            }
        }
    }

    @Test func whatNovaNotedIsNotWhatAClientWrote() async throws {
        try await Self.withSpace { space in
            let written: JSONValue = ["consolidation": ["sources": .integer(.max)]]
            try await Self.put(space, "fact-1", ["type": "semantic", "context": written])
            #expect(try await space.get("fact-1")?.consolidation == nil)
            var made = MemoryDefinition(content: ["text": "made"])
            made.context = ["consolidation": ["sources": 3]]
            _ = try await Self.keep(space, [.init(id: "s", definition: made, version: 0, isMerged: false)], [])
            #expect(try await space.get("s")?.consolidation == ["sources": 3])
            // It stays where a client changes what stands around the content, and is gone with the content.
            made.context = written
            func change(_ version: Int, _ isSame: Bool) async throws {
                let job = "c\(version)"
                let done = try await space.change(
                    "s",
                    to: made,
                    ttl: nil,
                    isSameContent: isSame,
                    ifVersion: version,
                    jobID: job
                )
                #expect(done == .done(version: version + 1))
            }
            try await change(1, true)
            #expect(try await space.get("s")?.consolidation == ["sources": 3])
            try await change(2, false)
            #expect(try await space.get("s")?.consolidation == nil)
        }
    }

    // MARK: - Vectors

    @Test func whatTheServerFailsAtGoesBehindTheOthersAndThenAside() async throws {
        try await Self.withSpace { space in
            #expect(try await space.embed([], model: "m") == 0)
            for id in ["a", "b"] { try await Self.put(space, id) }
            func fail(_ version: Int = 1, model: String = "m") async throws -> Int {
                try await space.embed([.init(id: "a", version: version, vector: [], isFailed: true)], model: model)
            }
            let at = Timestamp.milliseconds()
            while Timestamp.milliseconds() == at { try Task.checkCancellation() }
            #expect(try await fail() == 2)
            #expect(try await space.unembedded(9).map(\.id) == ["b", "a"])
            // Of another version it says nothing.
            #expect(try await fail(7) == 2)
            #expect(try await fail() == 2)
            #expect(try await fail() == 1)
            #expect(try await space.embedding()?.aside == 1)
            #expect(try await fail() == 1)
            #expect(try await space.unembedded(9).map(\.id) == ["b"])
            // Another content, or another model, and it is tried again.
            try await Self.put(space, "a")
            #expect(try await space.embedding()?.aside == 0)
            #expect(try await space.unembedded(9).map(\.id) == ["b", "a"])
            for _ in 0..<3 { _ = try await fail(2) }
            #expect(try await space.embedding()?.aside == 1)
            #expect(try await space.embed([], model: "n") == 2)
            #expect(try await space.embedding()?.aside == 0)
            for _ in 0..<3 { _ = try await fail(2, model: "n") }
            _ = try await space.forget("a", ifVersion: nil, jobID: "f")
            let left = try await space.embedding()
            #expect(left?.aside == 0 && left?.pending == 1)
        }
    }

    // MARK: - Lists

    @Test func theOldestComeFirstAlsoAfterOneThatIsGone() async throws {
        try await Self.withSpace { space in
            let new = try NewMemories(
                batchID: "x",
                body: [
                    "memories": .array(
                        (0..<9).map { ["memory_id": .string("m\($0)"), "content": ["n": JSONValue($0)]] }
                    )
                ]
            )
            _ = try await space.put(new.memories, most: 100, jobID: "1")
            let first = try await space.oldest(after: nil, limit: 4, bytes: 10_000)
            #expect(first.elements.map(\.id) == ["m0", "m1", "m2", "m3"])
            _ = try await space.forget("m3", ifVersion: nil, jobID: "2")
            try await Self.put(space, "late")
            var ids: [String] = []
            var cursor = first.next
            while let place = cursor {
                // Each page holds one at least, however few bytes it may have.
                let page = try await space.oldest(after: place, limit: 2, bytes: ids.isEmpty ? 1 : 10_000)
                #expect(ids.isEmpty ? page.elements.count == 1 : page.elements.count <= 2)
                ids += page.elements.map(\.id)
                cursor = page.next
            }
            #expect(ids == ["m4", "m5", "m6", "m7", "m8", "late"])
        }
    }
}
