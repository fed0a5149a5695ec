import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import ScriptedModel
import Synchronization
import Testing

extension WorkingTests {
    /// What becomes of memories with time: consolidation, use, fading; and their way from one domain to another.
    @Suite(.timeLimit(.minutes(4))) struct MemoryLayerTests {
        private static let base = "/api/orchestration/memory"

        private static func plan(_ environment: [String: String] = [:], keys: [TestKey] = []) -> ClusterPlan {
            ClusterPlan(
                workers: 0,
                rememberers: 1,
                keys: keys.isEmpty
                    ? [TestKey(name: "test", key: "test-key", domains: ["one", "two"], defaultDomain: "one")] : keys,
                workerEnvironment: environment
            )
        }

        private static func store(_ api: API, _ memories: [JSONValue]) async throws {
            _ = try await api.done(.POST, base + "/batch", ["memories": .array(memories)])
        }

        private static func ids(_ api: API, _ content: JSONValue, _ more: JSONObject = [:]) async throws
            -> [String]
        {
            let body = more.merging(["content": content]) { own, _ in own }
            let found = try await api.done(.POST, base + "/search", .object(body))["matches"]?.arrayValue ?? []
            return found.compactMap { $0["memory_id"]?.stringValue }
        }

        /// In the order of their numbers, also where they are stored in one millisecond.
        private static func id(_ number: Int) -> String { "m" + String(String(10_000 + number).dropFirst()) }

        private static func talk(_ id: Int, _ text: String) -> JSONValue {
            [
                "memory_id": .string("t\(id)"), "content": ["text": .string(text)],
                "context": ["conversation": "trip"], "time": .string("2026-05-0\(id)T10:00:00Z"),
            ]
        }

        // MARK: - Consolidation

        @Test func memoriesBecomeFactsAndSummariesWithLinksToThem() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await Self.store(
                    api,
                    [
                        [
                            "memory_id": "d1",
                            "content": ["text": "The backup of the billing database finished without errors"],
                        ],
                        [
                            "memory_id": "d2",
                            "content": ["text": "the backup of the billing database finished without errors!"],
                        ],
                        [
                            "memory_id": "f1", "content": ["user": "Ada", "city": "Paris"],
                            "time": "2026-01-01T00:00:00Z",
                        ],
                        [
                            "memory_id": "f2", "content": ["user": "Ada", "city": "Rome"],
                            "time": "2026-02-01T00:00:00Z",
                        ],
                    ]
                )
                let done = try await api.done(.POST, Self.base + "/consolidate", [:])
                let told = done["orchestration"]
                #expect(told?["method"] == "extraction" && told?["looked_at"] == 4 && told?["archived"] == 2)
                #expect(told?["facts"] == 1 && told?["contradictions"] == 1 && done["confidence"] == 1)

                // One is found where two were; both are kept.
                let same = try await Self.ids(api, ["text": "billing database backup"], ["diversity": 0])
                #expect(same.count == 1 && same[0].hasPrefix("same-"))
                let merged = try await api.get(Self.base + "/" + same[0]).json
                #expect(merged["type"] == "semantic" && merged["context"]?["references"] == ["d2", "d1"])
                #expect(try await api.get(Self.base + "/d1").json["archived_at"]?.stringValue != nil)
                let archive = try await api.get(Self.base + "?archived=true").json
                #expect(archive["memories"]?.arrayValue?.count == 2 && archive["archived"] == 2)
                #expect(archive["total"] == 6 && archive["not_consolidated"] == 0)

                let facts = try await Self.ids(api, ["attribute": "city"], ["filter": ["kind": "semantic"]])
                let fact = try await api.get(Self.base + "/" + (try #require(facts.first))).json
                #expect(
                    fact["content"] == ["subject": "Ada", "attribute": "city", "value": "Rome", "also_said": ["Paris"]]
                )
                #expect(fact["context"]?["consolidation"]?["values"]?.arrayValue?.count == 2)

                // There is nothing that was not looked at; what comes later joins.
                #expect(try await api.done(.POST, Self.base + "/consolidate", [:])["memories"] == [])
                try await Self.store(api, [["memory_id": "f3", "content": ["user": "Ada", "city": "Rome"]]])
                let again = try await api.done(.POST, Self.base + "/consolidate", ["method": "extraction"])
                #expect(again["memories"]?.arrayValue?.first?["memory_id"] == .string(facts[0]))
                #expect(again["memories"]?.arrayValue?.first?["version"] == 2)

                // What a client writes there is no note of Nova's: nothing is added to it.
                let written: JSONValue = [
                    "content": ["value": "Oslo"],
                    "context": ["consolidation": ["sources": .integer(.max), "values": [["told": .integer(.max)]]]],
                ]
                _ = try await api.done(.PUT, Self.base + "/" + facts[0], written)
                try await Self.store(api, [["memory_id": "f4", "content": ["user": "Ada", "city": "Bern"]]])
                _ = try await api.done(.POST, Self.base + "/consolidate", ["method": "extraction"])
                let after = try await api.get(Self.base + "/" + facts[0]).json
                #expect(after["context"]?["consolidation"]?["sources"] == 1)
                #expect(after["content"]?["value"] == "Bern" && after["content"]?["also_said"] == ["Oslo"])
                let refused = try await api.send(
                    .POST,
                    Self.base + "/consolidate",
                    ["method": "model"],
                    headers: [("Prefer", "wait=55")]
                )
                #expect(refused.status == 400)
            }
        }

        @Test func aModelTellsWhatToKeepAndIsHeldToItsSources() async throws {
            try await ScriptedModel.run { request in
                guard request.lastText.contains("[1]") else { return .status(400) }
                return .text([
                    #"{"facts":[{"subject":"trip","attribute":"month","value":"July","statement":"The trip is in July.","#,
                    #""sources":[1]},{"subject":"trip","attribute":"price","value":"900","statement":"x","sources":[77]}],"#,
                    #""summary":"They plan a trip to the lake."}"#,
                ])
            } _: { model in
                let settings = [
                    "NOVA_LLM_BASE_URL": model.baseURL, "NOVA_MEMORY_CONSOLIDATION_MODEL": "scripted",
                    "NOVA_MEMORY_CONSOLIDATE_EVERY": "100ms", "NOVA_MEMORY_CONSOLIDATE_LEAST": "6",
                ]
                try await NovaCluster.run(Self.plan(settings)) { cluster in
                    let api = API(gateway: cluster.gateways[0])
                    // Too few for the schedule, so that they wait for the request.
                    try await Self.store(api, (1...2).map { Self.talk($0, "Shall we go to the lake in July? \($0)") })
                    let done = try await api.done(.POST, Self.base + "/consolidate", [:])
                    #expect(done["orchestration"]?["method"] == "model" && done["orchestration"]?["facts"] == 1)
                    #expect(done["orchestration"]?["summaries"] == 1 && done["confidence"] == 1)
                    let found = try await Self.ids(api, ["subject": "trip"], ["filter": ["kind": "semantic"]])
                    let fact = try await api.get(Self.base + "/" + (try #require(found.first))).json
                    #expect(fact["content"]?["statement"] == "The trip is in July.")
                    #expect(fact["context"]?["references"] == ["t1"])
                    #expect(fact["context"]?["consolidation"]?["method"] == "model")
                    // The memories are shown as material with numbers and times.
                    #expect(model.requests.last?.lastText.contains("[2] 2026-05-02T10:00:00.000Z Shall we go") == true)

                    // And with enough of them it happens by itself.
                    try await Self.store(api, (3...8).map { Self.talk($0, "Message number \($0) about the boat") })
                    while try await api.get(Self.base).json["not_consolidated"] != 0 { try Task.checkCancellation() }
                    #expect(model.requests.count == 2)
                }
            }
        }

        /// A server that is away, and one that cannot do with what it is asked.
        @Test func aModelThatDoesNotAnswerLosesNothing() async throws {
            let isAway = Flag()
            try await ScriptedModel.run { _ in
                isAway.isRaised ? .status(503) : .status(400)
            } _: { model in
                let settings = [
                    "NOVA_LLM_BASE_URL": model.baseURL, "NOVA_LLM_ATTEMPTS": "1", "NOVA_WORKER_ATTEMPTS": "1",
                    "NOVA_MEMORY_CONSOLIDATION_MODEL": "scripted",
                ]
                try await NovaCluster.run(Self.plan(settings)) { cluster in
                    let api = API(gateway: cluster.gateways[0])
                    try await Self.store(api, (1...6).map { Self.talk($0, "Shall we go to the lake with boat \($0)?") })
                    isAway.raise()
                    let failed = try await api.send(
                        .POST,
                        Self.base + "/consolidate",
                        [:],
                        headers: [("Prefer", "wait=55")]
                    )
                    #expect(failed.status == 503)
                    #expect(try await api.get(Self.base).json["not_consolidated"] == 6)
                    #expect(try await Self.ids(api, ["text": "lake"], ["limit": 1]).count == 1)
                    isAway.lower()
                    let done = try await api.done(.POST, Self.base + "/consolidate", [:])
                    // They do not hold up what comes after them, and it is said.
                    #expect(done["orchestration"]?["unread"] == 6 && done["orchestration"]?["summaries"] == 1)
                    #expect(done["memories"]?.arrayValue?.first?["method"] == "extraction")
                    #expect(try await api.get(Self.base).json["not_consolidated"] == 0)
                }
            }
        }

        // MARK: - Use and fading

        @Test func whatWasOfUseComesFirstAndWhatFadesIsArchived() async throws {
            let settings = ["NOVA_MEMORY_HALF_LIFE": "1s", "NOVA_MEMORY_TICK": "50ms"]
            try await NovaCluster.run(Self.plan(settings)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await Self.store(
                    api,
                    ["a", "b", "c"].map {
                        [
                            "memory_id": .string($0), "type": "semantic",
                            "content": ["text": .string("the lake in \($0)")],
                        ]
                    }
                )
                let weights: JSONValue = ["relevance": 0, "recency": 0, "importance": 0, "use": 1]
                for id in ["b", "c"] {
                    let used = try await api.done(
                        .POST,
                        Self.base + "/use",
                        ["memory_ids": [.string(id), "b", "none"]]
                    )
                    #expect(used["used"]?.arrayValue?.contains("b") == true && used["unknown"] == ["none"])
                }
                let query: JSONObject = ["weights": weights, "diversity": 0]
                #expect(try await Self.ids(api, ["text": "lake"], query) == ["b", "c", "a"])

                // It is found, until it has faded; it is still there then, and comes back.
                try await Self.store(api, [["memory_id": "old", "importance": 0, "content": ["text": "the old mill"]]])
                while try await api.get(Self.base + "/old").json["archived_at"] == .null {
                    try Task.checkCancellation()
                }
                #expect(try await Self.ids(api, ["text": "mill"]) == [])
                let listed = try await api.get(Self.base + "?archived=any&kind=episodic").json["memories"]?.arrayValue
                #expect(listed?.map { $0["memory_id"] } == ["old"])
                _ = try await api.done(.POST, Self.base + "/use", ["memory_ids": ["old"]])
                #expect(try await Self.ids(api, ["text": "mill"]) == ["old"])
            }
        }

        // MARK: - Export and import

        @Test func aDomainGoesToAnotherAsLines() async throws {
            try await NovaCluster.run(Self.plan(["NOVA_MEMORY_MAXIMUM": "1500"])) { cluster in
                let api = API(gateway: cluster.gateways[0])
                let memories = (0..<1_234).map { index -> JSONValue in
                    [
                        "memory_id": .string(Self.id(index)),
                        "content": ["text": .string("memory number \(index) é\n")],
                        "importance": JSONValue(Double(index % 10) / 10), "tags": ["x"],
                        "context": index == 0 ? [:] : ["references": [.string(Self.id(index - 1))]],
                    ]
                }
                for begin in stride(from: 0, to: memories.count, by: 500) {
                    try await Self.store(api, Array(memories[begin..<min(begin + 500, memories.count)]))
                }
                // What refers to one that was forgotten can still be imported.
                _ = try await api.done(.DELETE, Self.base + "/m0007")
                let export = try await api.get(Self.base + "/export")
                #expect(export.headers.first(name: "Content-Type") == "application/x-ndjson")
                let lines = export.text.split(separator: "\n").map(String.init)
                let all = try lines.map { try JSONValue(parsing: $0) }
                #expect(all.map { $0["memory_id"]?.stringValue } == (0..<1_234).filter { $0 != 7 }.map(Self.id))

                // Broken off, it goes on behind the last line that came.
                let cursor = try #require(all[600]["cursor"]?.stringValue)
                let rest = try await api.get(Self.base + "/export?after=" + cursor)
                #expect(rest.text.split(separator: "\n").map(String.init) == Array(lines.dropFirst(601)))

                let headers = [("Idempotency-Key", "move"), ("Content-Type", "application/x-ndjson")]
                func send(_ text: String, _ query: String = "") async throws -> Answer {
                    let path = Self.base + "/import?domain=two" + query
                    return try await api.send(.POST, path, headers: headers, raw: Array(text.utf8))
                }
                // The end is missing: what came before it is stored, and said.
                let broken = try await send((lines.prefix(1_100) + ["{\"memory_id\":"]).joined(separator: "\n"))
                #expect(broken.status == 400)
                #expect(
                    try broken.json["error"]?["message"]?.stringValue?.contains("skip=1100") == true,
                    "\(broken.text)"
                )
                let whole = try await send(export.text)
                #expect(try whole.json["stored"] == 1_233 && whole.json["lines"] == 1_233 && whole.json["parts"] == 3)
                let there = try await api.get(Self.base + "/export?domain=two").text.split(separator: "\n")
                let moved = try there.map { try JSONValue(parsing: String($0)) }
                for (one, two) in zip(all, moved) {
                    for name in ["memory_id", "content", "importance", "tags", "context", "time"] {
                        #expect(one[name] == two[name])
                    }
                }
                #expect(moved.count == 1_233)
                // The parts that were stored before were not stored again.
                #expect(moved[0]["version"] == 1 && moved[1_000]["version"] == 2)
                let found = try await api.done(
                    .POST,
                    Self.base + "/search?domain=two",
                    ["content": ["text": "number 1233"], "limit": 1]
                )
                #expect(found["matches"]?.arrayValue?.first?["memory_id"] == "m1233")

                // What could not be stored can be, once there is room, under the same key.
                try await Self.aPartThatFailedIsTriedAgain(api, lines)

                let last = lines[lines.count - 1].replacing("\"m1233\"", with: "\"again\"")
                let skipped = try await send(lines.dropLast().joined(separator: "\n") + "\n" + last, "&skip=1232")
                #expect(try skipped.json["stored"] == 1)
                try await Self.whatIsWrongIsSaid(api)
            }
        }

        private static func aPartThatFailedIsTriedAgain(_ api: API, _ lines: [String]) async throws {
            let more = (0..<300).map { "{\"memory_id\":\"r\($0)\",\"content\":{\"x\":1}}" }.joined(separator: "\n")
            func send() async throws -> Answer {
                let headers = [("Idempotency-Key", "room")]
                return try await api.send(.POST, base + "/import?domain=two", headers: headers, raw: Array(more.utf8))
            }
            #expect(try await send().status == 409)
            #expect(try await send().status == 409)
            for index in 100..<200 { _ = try await api.done(.DELETE, base + "/\(id(index))?domain=two") }
            let stored = try await send()
            #expect(stored.status == 200, "\(stored.text)")
            #expect(try await send().json["stored"] == 300)
            let version = try await api.get(base + "/r0?domain=two").json["version"]
            #expect(version == 1)
            for index in 0..<300 where index % 3 == 0 {
                _ = try await api.done(.DELETE, base + "/r\(index)?domain=two")
            }
        }

        private static func whatIsWrongIsSaid(_ api: API) async throws {
            func send(_ text: String) async throws -> Answer {
                try await api.send(.POST, base + "/import", raw: Array(text.utf8))
            }
            let wrong = try await send("{\"memory_id\":\"a\",\"content\":{\"x\":1}}\n\n{\"memory_id\":\"b\"}\n")
            #expect(wrong.status == 400)
            let details = try wrong.json["error"]?["details"]?.arrayValue
            #expect(details?.first?["pointer"] == "/lines/3", "\(wrong.text)")
            #expect(try await api.get(base + "/a").status == 200)
            // Full: what is in the domain stays, and the line is named.
            let many = (0..<600).map { "{\"memory_id\":\"n\($0)\",\"content\":{\"x\":1}}" }.joined(separator: "\n")
            let full = try await send(many)
            #expect(full.status == 409, "\(full.text)")
            #expect(try await send(String(repeating: "x", count: 3 << 20)).status == 413)
            #expect(try await api.get(base + "/export?after=x").status == 400)
            #expect(try await send("").json["stored"] == 0)
        }

        @Test func onlyWhoMayDoesIt() async throws {
            let keys = [
                TestKey(name: "test", key: "test-key"),
                TestKey(
                    name: "reader",
                    key: "reader-key",
                    permissions: ["memory:read"],
                    domains: ["one"],
                    defaultDomain: "one"
                ),
            ]
            try await NovaCluster.run(Self.plan(keys: keys)) { cluster in
                let api = API(gateway: cluster.gateways[0], key: "reader-key")
                for path in ["/import", "/use", "/consolidate"] {
                    let answer = try await api.send(.POST, Self.base + path, [:])
                    #expect(answer.status == 403, "\(path)")
                }
                #expect(try await api.get(Self.base + "/export").status == 200)
                #expect(try await api.get(Self.base + "/export?domain=other").status == 403)
            }
        }
    }
}

private final class Flag: Sendable {
    private let value = Mutex(false)
    var isRaised: Bool { value.withLock(\.self) }
    func raise() { value.withLock { $0 = true } }
    func lower() { value.withLock { $0 = false } }
}
