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
            // The change of its importance alone made none; two workers may both have made the other.
            let queries = 2
            #expect((1...2).contains(model.embeddedCount - made - queries))
            _ = try await api.done(.DELETE, base + "/a")
            #expect(try await search(api, "wage")["matches"]?.arrayValue?.contains { $0["memory_id"] == "a" } == false)
        }
    }
}
