import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import ScriptedModel
import Testing

extension WorkingTests {
    /// Search by meaning, with a server of embeddings that is made up.
    @Suite(.timeLimit(.minutes(3))) struct MeaningTests {
        private static let base = "/api/orchestration/memory"
        private static let topics = [
            ["car", "automobile", "vehicle"], ["dog", "puppy", "hound"], ["money", "salary", "wage"],
        ]

        /// A number for each topic that a text is about, and a little of something else.
        private static func vector(_ text: String) -> [Double] {
            topics.map { words in words.contains { text.lowercased().contains($0) } ? 1 : 0 } + [0.1]
        }

        private static func search(_ api: API, _ text: String, _ more: JSONObject = [:]) async throws
            -> JSONValue
        {
            let body: JSONObject = ["content": ["text": .string(text)]]
            return try await api.done(.POST, base + "/search", .object(body.merging(more) { $1 }))
        }

        private static func pending(_ api: API) async throws -> Int? {
            try await api.done(.GET, base)["embedding"]?["pending"]?.intValue
        }

        private static func store(_ api: API, _ id: String, _ text: String) async throws {
            let body: JSONValue = ["memory_id": .string(id), "content": ["text": .string(text)]]
            _ = try await api.done(.POST, base + "/store", body)
        }

        @Test func whatHasNoWordInCommonIsFoundByItsMeaning() async throws {
            try await ScriptedModel.run({ _ in .status(503) }) { model in
                let plan = ClusterPlan(
                    workers: 0,
                    rememberers: 2,
                    workerEnvironment: [
                        "NOVA_EMBEDDINGS_BASE_URL": model.baseURL, "NOVA_EMBEDDINGS_MODEL": "one",
                        "NOVA_EMBEDDINGS_QUERY_TIMEOUT": "20s", "NOVA_MEMORY_TICK": "100ms",
                    ]
                )
                try await NovaCluster.run(plan) { cluster in
                    let api = API(gateway: cluster.gateways[0])
                    try await Self.store(api, "a", "She drove her automobile to work")
                    try await Self.store(api, "b", "The puppy sleeps")
                    try await Self.whileTheServerIsAway(api)
                    // There is no vector of nothing, and it holds up no others.
                    let nothing: JSONValue = ["memory_id": "empty", "content": ["text": ""]]
                    _ = try await api.done(.POST, Self.base + "/store", nothing)
                    model.embed { Self.vector($0) }
                    while try await Self.pending(api) != 0 { try Task.checkCancellation() }
                    let found = try await Self.search(api, "vehicle")
                    #expect(found["orchestration"]?["searched"] == ["words", "meaning"])
                    let best = try #require(found["matches"]?.arrayValue?.first)
                    #expect(best["memory_id"] == "a" && best["semantic"]?.doubleValue ?? 0 > 0.9)
                    #expect(best["lexical"]?.doubleValue == 0 && best["words"] == [])
                    try await Self.afterAChange(api, model)
                }
            }
        }

        /// Each text as some server fails at it.
        @Test func whatTheServerFailsAtHoldsUpNoOthers() async throws {
            try await ScriptedModel.run({ _ in .status(503) }) { model in
                let plan = ClusterPlan(
                    workers: 0,
                    rememberers: 1,
                    workerEnvironment: [
                        "NOVA_EMBEDDINGS_BASE_URL": model.baseURL, "NOVA_EMBEDDINGS_MODEL": "one",
                        "NOVA_EMBEDDINGS_QUERY_TIMEOUT": "20s", "NOVA_MEMORY_TICK": "100ms",
                    ]
                )
                try await NovaCluster.run(plan) { cluster in
                    let api = API(gateway: cluster.gateways[0])
                    model.answerEmbeddings { text in
                        switch text {
                        case "fails": nil
                        case "null": .null
                        case "empty": []
                        case "short": [1, 0]
                        case "no number": [1, 0, .literal("NaN"), 0]
                        case "nulls": [1, 0, .null, 0]
                        case "text": "0 1 0 1"
                        default: .array(Self.vector(text).map { JSONValue($0) })
                        }
                    }
                    let bad = ["short", "fails", "null", "empty", "no number", "nulls", "text"]
                    let texts = bad + ["She drove her automobile to work", "The puppy sleeps"]
                    for (number, text) in texts.enumerated() { try await Self.store(api, "m\(number)", text) }
                    while try await Self.pending(api) != 0 { try Task.checkCancellation() }
                    let list = try await api.done(.GET, Self.base)
                    #expect(list["embedding"]?["put_aside"] == JSONValue(bad.count))
                    let found = try await Self.search(api, "vehicle")
                    #expect(found["matches"]?.arrayValue?.first?["memory_id"] == "m7")
                    // By its words it is found all the same.
                    #expect(try await Self.search(api, "fails")["matches"]?.arrayValue?.first?["memory_id"] == "m1")
                    // Where the server fails at everything, no text is at fault.
                    let asked = model.embeddedCount
                    model.answerEmbeddings { _ in nil }
                    try await Self.store(api, "late", "A late hound")
                    while model.embeddedCount < asked + 3 { await Task.yield() }
                    let after = try await api.done(.GET, Self.base)["embedding"]
                    #expect(after?["put_aside"] == JSONValue(bad.count) && after?["pending"] == 1)
                }
            }
        }

        private static func whileTheServerIsAway(_ api: API) async throws {
            #expect(try await search(api, "vehicle")["matches"] == [])
            let byWords = try await search(api, "automobiles")
            #expect(byWords["matches"]?.arrayValue?.first?["memory_id"] == "a")
            #expect(byWords["orchestration"]?["searched"] == ["words"])
            // None is lost, each waits for its vector.
            while try await pending(api) != 2 { try Task.checkCancellation() }
        }

        private static func afterAChange(_ api: API, _ model: ScriptedModel) async throws {
            let made = model.embeddedCount
            _ = try await api.done(.PUT, base + "/a", ["importance": 0.9])
            #expect(try await pending(api) == 0)
            _ = try await api.done(.PUT, base + "/a", ["content": ["text": "She asked for a higher salary"]])
            while try await pending(api) != 0 { try Task.checkCancellation() }
            let wage = try await search(api, "wage")
            #expect(wage["matches"]?.arrayValue?.first?["memory_id"] == "a")
            let cars = try await search(api, "vehicle", ["filter": ["min_importance": 0.8]])
            #expect(cars["matches"]?.arrayValue?.first?["semantic"]?.doubleValue ?? 0 < 0.1)
            // The change of its importance alone made none; two workers may both have made the other, and the second of them
            // may have asked for the first time, with a text of its own that tells how long vectors are.
            let queries = 2
            #expect((1...3).contains(model.embeddedCount - made - queries))
            _ = try await api.done(.DELETE, base + "/a")
            #expect(try await search(api, "wage")["matches"]?.arrayValue?.contains { $0["memory_id"] == "a" } == false)
        }
    }
}
