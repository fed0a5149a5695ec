import ChildProcesses
import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

extension WorkingTests {
    /// Memories over real processes.
    @Suite(.timeLimit(.minutes(4))) struct MemoryTests {
        private static let base = "/api/orchestration/memory"

        private static func plan(_ workers: Int = 1) -> ClusterPlan {
            ClusterPlan(
                workers: 0,
                rememberers: workers,
                keys: [TestKey(name: "test", key: "test-key", domains: ["professional", "personal"])]
            )
        }

        private static func store(_ api: API, _ id: String, _ text: String, _ more: JSONObject = [:])
            async throws
        {
            let body: JSONObject = [
                "memory_id": .string(id), "type": "store", "content": ["text": .string(text)],
            ]
            let told = try await api.done(.POST, base + "/store", .object(body.merging(more) { $1 }))
            #expect(told["memory_id"] == .string(id) && told["confidence"] == 1)
        }

        private static func search(
            _ api: API,
            _ text: String,
            _ more: JSONObject = [:],
            domain: String = ""
        ) async throws -> [JSONValue] {
            let body: JSONObject = ["type": "search", "content": ["text": .string(text)]]
            let path = base + "/search" + (domain.isEmpty ? "" : "?domain=" + domain)
            return try await api.done(.POST, path, .object(body.merging(more) { $1 }))["matches"]?.arrayValue ?? []
        }

        private static func ids(_ matches: [JSONValue]) -> [String] {
            matches.compactMap { $0["memory_id"]?.stringValue }
        }

        @Test func whatIsStoredIsFoundInOtherWordsChangedAndForgotten() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                try await Self.store(api, "a", "Caroline went to a support group yesterday", ["importance": 0.9])
                try await Self.store(api, "b", "Melanie painted the lake at sunrise", ["tags": ["art"]])
                try await Self.store(api, "c", "The invoice of March is still unpaid")
                let matches = try await Self.search(api, "When did Melanie paint a sunrise?")
                #expect(Self.ids(matches).first == "b")
                let best = try #require(matches.first)
                #expect(best["words"]?.arrayValue?.contains("paint") == true)
                #expect(best["content"]?["text"] == "Melanie painted the lake at sunrise")
                for part in ["score", "lexical", "recency", "importance", "relevance"] {
                    #expect(best[part]?.doubleValue != nil, "\(part)")
                }
                try await Self.changes(api)
                try await Self.filters(api)
            }
        }

        private static func changes(_ api: API) async throws {
            let got = try await api.get(base + "/c")
            #expect(try got.json["content"]?["text"] == "The invoice of March is still unpaid")
            #expect(got.headers.first(name: "ETag") == "\"1\"")
            let changed: JSONValue = ["content": ["text": "The invoice of March was settled"]]
            #expect(try await api.done(.PUT, base + "/c", changed)["version"] == 2)
            let stale = try await api.send(
                .PUT,
                base + "/c",
                changed,
                headers: [("If-Match", "\"1\""), ("Prefer", "wait=55")]
            )
            #expect(stale.status == 412)
            #expect(try await ids(search(api, "unpaid")) == [])
            #expect(try await ids(search(api, "settled invoices")) == ["c"])
            #expect(try await api.done(.DELETE, base + "/c")["status"] == "deleted")
            #expect(try await ids(search(api, "settled invoices")) == [])
            #expect(try await api.get(base + "/c").status == 404)
            let again = try await api.send(.DELETE, base + "/c", headers: [("Prefer", "wait=55")])
            #expect(again.status == 404)
        }

        private static func filters(_ api: API) async throws {
            #expect(try await ids(search(api, "lake support", ["filter": ["tags": ["art"]]])) == ["b"])
            #expect(try await ids(search(api, "lake support", ["filter": ["min_importance": 0.8]])) == ["a"])
            #expect(try await ids(search(api, "lake support", ["limit": 1])).count == 1)
            #expect(try await ids(search(api, "lake", ["filter": ["from": "2999-01-01T00:00:00Z"]])) == [])
            let page = try await api.get(base + "?limit=1").json
            #expect(page["memories"]?.arrayValue?.count == 1 && page["total"] == 2)
            let cursor = try #require(page["next_cursor"]?.stringValue)
            let next = try await api.get(base + "?limit=5&cursor=\(cursor)").json
            #expect(next["memories"]?.arrayValue?.count == 1)
            let listed = try await api.get(base + "?tags=art").json["memories"]?.arrayValue ?? []
            #expect(ids(listed) == ["b"])
        }

        @Test func aDomainNeverShowsWhatIsAnothers() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                let body: JSONValue = ["memory_id": "secret", "content": ["text": "the wedding is in June"]]
                _ = try await api.done(.POST, Self.base + "/store?domain=personal", body)
                try await Self.store(api, "work", "the review is in June")
                #expect(try await Self.ids(Self.search(api, "wedding June")) == ["work"])
                #expect(try await Self.ids(Self.search(api, "wedding June", domain: "personal")) == ["secret"])
                #expect(try await api.get(Self.base + "/secret").status == 404)
                #expect(try await api.get(Self.base).json["total"] == 1)
                // Nor is it linked.
                let link: JSONValue = ["content": ["text": "x"], "context": ["references": ["secret"]]]
                let refused = try await api.send(.POST, Self.base + "/store", link, headers: [("Prefer", "wait=55")])
                #expect(refused.status == 400)
                #expect(try refused.json["error"]?["details"]?.arrayValue?.first?["pointer"] == "/context/references/0")
                let later: JSONValue = ["context": ["references": ["secret"]]]
                let change = try await api.send(.PUT, Self.base + "/work", later, headers: [("Prefer", "wait=55")])
                #expect(change.status == 400)
            }
        }

        @Test func everySearchSeesWhatWasAcknowledgedFromAnyWorkerAlsoWhileOneDies() async throws {
            try await NovaCluster.run(Self.plan(3)) { cluster in
                let api = API(gateway: cluster.gateways[0])
                for round in 0..<40 {
                    let id = "m\(round)"
                    try await Self.store(api, id, "the number of this round is zebra\(round)")
                    #expect(try await Self.ids(Self.search(api, "zebra\(round)")) == [id])
                    if round.isMultiple(of: 3) {
                        _ = try await api.done(.DELETE, Self.base + "/" + id)
                        #expect(try await Self.ids(Self.search(api, "zebra\(round)")) == [])
                    }
                    if round == 20 { await cluster.rememberers[1].process.kill() }
                }
            }
        }

        @Test func batchesConversationsAndNeighbours() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                let turns = [
                    "Hi!", "How was the trip?", "We went to Lisbon", "Lovely, and the food?", "Grilled sardines",
                ]
                let memories: [JSONValue] = turns.enumerated().map { number, text in
                    [
                        "memory_id": .string("t\(number)"), "content": ["text": .string(text)],
                        "time": .string("2026-01-01T10:0\(number):00Z"), "context": ["conversation": "c1"],
                    ]
                }
                let stored = try await api.done(.POST, Self.base + "/batch", ["memories": .array(memories)])
                #expect(stored["memories"]?.arrayValue?.count == 5)
                let found = try await Self.search(api, "Lisbon", ["neighbours": 1])
                #expect(Self.ids(found).first == "t2")
                let beside = found.first?["neighbours"]
                #expect(Self.ids(beside?["before"]?.arrayValue ?? []) == ["t1"])
                #expect(Self.ids(beside?["after"]?.arrayValue ?? []) == ["t3"])
                // What stands beside it is found too, after it.
                #expect(Set(Self.ids(found)) == ["t1", "t2", "t3"])
                let many = JSONValue.array(Array(repeating: ["content": ["a": 1]], count: 501))
                #expect(try await api.send(.POST, Self.base + "/batch", ["memories": many]).status == 400)
                let late: JSONValue = ["memory_id": "gone", "content": ["text": "ephemeral"], "ttl": 1]
                _ = try await api.done(.POST, Self.base + "/store", late)
                while try await api.get(Self.base + "/gone").status != 404 { try Task.checkCancellation() }
                #expect(try await Self.ids(Self.search(api, "ephemeral")) == [])
            }
        }

        @Test func nonsenseIsToldOrAnswered() async throws {
            try await NovaCluster.run(Self.plan()) { cluster in
                let api = API(gateway: cluster.gateways[0])
                let texts = [
                    "to be or not to be", "🎉🎉", "שלום עולם", "\" OR NEAR(a b) * : ^ - '", "terms:secret AND (",
                    "東京へ行きました", String(repeating: "long ", count: 10_000),
                ]
                for (number, text) in texts.enumerated() {
                    try await Self.store(api, "x\(number)", text)
                    #expect(try await Self.ids(Self.search(api, text)).first == "x\(number)", "\(text.prefix(40))")
                }
                var deep: JSONValue = ["text": "bottom"]
                for _ in 0..<90 { deep = ["a": deep] }
                let deeper = (0..<100).reduce(deep) { inner, _ in ["a": inner] }
                let wide = JSONValue.object(
                    Dictionary(uniqueKeysWithValues: (0..<10_000).map { ("key\($0)", JSONValue($0)) })
                )
                for (content, status) in [
                    (deep, 200), (deeper, 400), (.null, 400), (wide, 200), ([:], 400), ("text", 400),
                    (["text": .string(String(repeating: "x", count: 1 << 20))], 400),
                    (["v": -9_223_372_036_854_776_000.0], 200), (["v": .integer(.min)], 200),
                    (["v": .literal("18446744073709551615")], 200),
                    ([String(repeating: "n", count: 500_000): .array((0..<9_999).map { JSONValue($0) })], 200),
                ] as [(JSONValue, Int)] {
                    let answer = try await api.send(
                        .POST,
                        Self.base + "/store",
                        ["content": content],
                        headers: [("Prefer", "wait=55")]
                    )
                    #expect(answer.status == status, "\(answer.text.prefix(200))")
                }
                #expect(try await Self.ids(Self.search(api, "bottom")).count == 1)
                #expect(try await Self.search(api, "…").isEmpty)
                for content: JSONValue in [
                    ["v": -9_223_372_036_854_776_000.0], ["v": .literal("18446744073709551615")], ["v": .integer(.min)],
                    [String(repeating: "n", count: 60_000): [1, 1, 1]],
                ] {
                    let found = try await api.done(.POST, Self.base + "/search", ["content": content])
                    #expect(found["matches"]?.arrayValue?.isEmpty == false, "\(content.jsonString.prefix(50))")
                }
                for query: JSONValue in [
                    ["content": [:]], ["content": "x"], [:], ["content": ["a": "b"], "limit": 101],
                    ["content": ["a": "b"], "filter": ["tags": JSONValue((0..<51).map { "t\($0)" })]],
                    ["content": [String(repeating: "n", count: 70_000): 1]], ["content": ["a": "b"], "filters": [:]],
                ] {
                    #expect(try await api.send(.POST, Self.base + "/search", query).status == 400)
                }
            }
        }
    }
}
