import Memory
import MemoryPool
import NovaContract
import Testing

/// What clients ask of memories.
@Suite struct MemoryRequestTests {
    private static func faults(_ read: () throws -> Void) -> [String] {
        do {
            try read()
            return []
        } catch let error as NovaError {
            return error.details.map { "\($0.pointer) \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }

    private static func store(_ more: JSONObject) -> [String] {
        let body = (["content": ["x": 1]] as JSONObject).merging(more) { $1 }
        return faults { _ = try NewMemories(memoryID: "m", body: .object(body), source: .request) }
    }

    private static func search(_ more: JSONObject) -> [String] {
        let body = (["content": ["x": 1]] as JSONObject).merging(more) { $1 }
        return faults { _ = try MemoryQuery(body: .object(body), source: .request) }
    }

    @Test func unknownMembersAreRefusedWithWhatWasMeant() throws {
        #expect(Self.store(["importence": 1]) == ["/importence is not known; did you mean \"importance\"?"])
        #expect(Self.store(["tag": ["a"]]) == ["/tag is not known; did you mean \"tags\"?"])
        #expect(Self.search(["filters": [:]]) == ["/filters is not known; did you mean \"filter\"?"])
        #expect(Self.search(["filter": ["tag": ["a"]]]) == ["/filter/tag is not known; did you mean \"tags\"?"])
        #expect(Self.search(["weights": ["recent": 1]]).first?.hasPrefix("/weights/recent is not known") == true)
        #expect(Self.store(["x-mine": 1, "domain": "d", "type": "store", "context": [:]]) == [])
        let batch: JSONValue = ["memories": [["content": ["x": 1], "ttll": 3]], "atomic": true]
        let told = Self.faults { _ = try NewMemories(batchID: "b", body: batch, source: .request) }
        #expect(
            told.contains { $0.hasPrefix("/atomic is not known") } && told.contains { $0.hasPrefix("/memories/0/ttll") }
        )
        for read: () throws -> Void in [
            { _ = try MemoryChange(memoryID: "m", body: ["importence": 1], source: .request) },
            { _ = try MemoryUse(body: ["memory_ids": ["a"], "ids": []], source: .request) },
            { _ = try MemoryConsolidation(body: ["methods": "auto"], source: .request) },
        ] {
            #expect(Self.faults(read).first?.contains("is not known") == true)
        }
        // What a Nova wrote, perhaps a newer one, is read all the same.
        _ = try NewMemories(memoryID: "m", body: ["content": ["x": 1], "newer": 1])
        _ = try MemoryQuery(body: ["content": ["x": 1], "newer": 1])
    }

    @Test func olderClientsGoOnAndAreToldWhatSaysNothing() throws {
        let context: JSONValue = ["mood": "calm", "conversation": "c"]
        let stored = try NewMemories(
            memoryID: "m",
            body: ["type": "store", "content": ["k": "v"], "importance": 0.5, "context": context],
            source: .request
        )
        #expect(stored.warnings.map(\.pointer.description) == ["/context/mood"])
        #expect(stored.memories[0].definition.context == context)
        let query = try MemoryQuery(
            body: ["type": "search", "content": ["k": "v"], "importance": 0.5, "context": [:]],
            source: .request
        )
        #expect(query.warnings.map(\.pointer.description) == ["/importance", "/context"])
        #expect(Self.store(["context": ["converstion": "c"]]).first?.contains("conversation") == true)
    }

    @Test func idsThatCouldNotBeReachedAreRefused() {
        for id in [
            "export", "search", "import", "store", "batch", "use", "consolidate", ".", "..", "cafe\u{301}", "a\u{7}",
            "",
        ] {
            #expect(!Self.store(["memory_id": .string(id)]).isEmpty, "\(id)")
            let batch: JSONValue = ["memories": [["memory_id": .string(id), "content": ["x": 1]]]]
            #expect(!Self.faults { _ = try NewMemories(batchID: "b", body: batch, source: .request) }.isEmpty, "\(id)")
        }
        #expect(Self.store(["memory_id": "caf\u{e9}"]) == [])
    }

    @Test func whatComesInIsBounded() {
        let long = String(repeating: "n", count: 100_000)
        #expect(
            Self.search(["content": [long: [1]]]) == [
                "/content must be at most 65536 bytes of JSON in a search, not 100008"
            ]
        )
        #expect(Self.store(["content": [long: [1]]]) == [])
        for more: JSONObject in [
            ["tags": .array((0..<51).map { .string("t\($0)") })], ["tags": [.string(long)]], ["tags": [""]],
            ["tags": [.null]],
            ["context": ["references": .array((0..<101).map { .string("r\($0)") })]],
            ["context": ["conversation": .string(long)]], ["ttl": 315_360_001], ["ttl": .integer(.min)],
            ["importance": -9_223_372_036_854_776_000.0], ["time": "2027-02-30T00:00:00Z"],
            ["expires_at": 1_800_000_000],
            ["content": ["x": .string(String(repeating: "x", count: 1 << 20))]],
        ] {
            let faults = Self.store(more)
            #expect(!faults.isEmpty && faults.allSatisfy { $0.utf8.count < 1_000 }, "\(faults)")
        }
        for more: JSONObject in [
            ["limit": .integer(.max)], ["limit": 1e300], ["half_life": .integer(.min)], ["diversity": 2],
            ["weights": ["recency": -1]], ["neighbours": -9_223_372_036_854_775_808.0],
            ["filter": ["tags": .array((0..<51).map { .string("t\($0)") })]], ["filter": ["from": "today"]],
        ] {
            #expect(!Self.search(more).isEmpty, "\(more)")
        }
        let ids = JSONValue.array((0..<101).map { .string("m\($0)") })
        #expect(!Self.faults { _ = try MemoryUse(body: ["memory_ids": ids], source: .request) }.isEmpty)
    }

    /// Stored ids are composed: another form of one is refused, not looked for in vain.
    @Test func aFilterNamesIDsAsTheyAreStored() throws {
        for name in ["conversation", "agent_id", "task_id"] {
            let decomposed: JSONValue = [name: "cafe\u{301}"]
            let fault = "/filter/\(name) must be in Unicode normalization form C (composed letters)"
            #expect(Self.search(["filter": decomposed]) == [fault])
            let consolidation: JSONValue = ["filter": decomposed]
            #expect(Self.faults { _ = try MemoryConsolidation(body: consolidation, source: .request) } == [fault])
            #expect(Self.search(["filter": [name: "caf\u{E9}"]]) == [])
            // What is on its way already is carried out.
            _ = try MemoryQuery(body: ["content": ["x": 1], "filter": decomposed])
        }
    }
}
