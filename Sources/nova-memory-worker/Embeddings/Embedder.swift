import LLMClient
import Logging
import Memory
import Metrics
import NovaContract
import NovaProcess
import NovaService
import NovaStore

/// Makes vectors of memories and of queries, where a server for that is configured.
struct Embedder: Sendable {
    let model: String
    private let client: LLMClient
    private let batch: Int
    private let queryTimeout: Duration
    private let timeout: Duration
    private let logger: Logger

    /// Nil where no server is configured.
    init?(_ settings: Settings, logger: Logger) throws {
        let url = settings.string("embeddings.base_url", default: "")
        let key = try settings.secret("embeddings.api_key")
        model = settings.string("embeddings.model", default: "all-minilm-l6-v2")
        batch = try settings.int("embeddings.batch", default: 64, in: 1...1_000)
        queryTimeout = try settings.positive("embeddings.query_timeout", default: .seconds(1))
        timeout = try settings.positive("embeddings.timeout", default: .seconds(60))
        self.logger = logger
        guard !url.isEmpty else { return nil }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw SettingsError(
                key: "embeddings.base_url",
                value: url,
                source: "settings",
                problem: "must be an http or https URL with the version, or empty"
            )
        }
        client = LLMClient(
            LLMConfiguration(baseURL: url.hasSuffix("/") ? String(url.dropLast()) : url, apiKey: key)
        )
    }

    // MARK: - Memories

    /// Makes the vectors that a domain lacks.
    ///
    /// Where the server does not answer they stay in line, and are made the next time.
    func care(for space: MemorySpace) async throws {
        var left = try await space.embed([], model: model)
        while left > 0 {
            try Task.checkCancellation()
            let memories = try await space.unembedded(batch)
            guard !memories.isEmpty else { return }
            let vectors = try await client.embeddings(
                of: memories.map { Prose.of($0.definition.content) },
                model: model,
                deadline: .now + timeout
            )
            let before = left
            left = try await space.embed(
                zip(memories, vectors).map { .init(id: $0.id, version: $0.version, vector: $1) },
                model: model
            )
            Counter(label: "nova_memory_embedded_total").increment(by: memories.count)
            // All of them were changed meanwhile: the next look is soon enough.
            if left >= before { return }
        }
    }

    // MARK: - Queries

    /// Nil where the server does not answer in time: then words must do.
    func vector(of query: MemoryQuery) async throws -> [Float]? {
        do {
            return try await client.embeddings(
                of: [Prose.of(.object(query.content))],
                model: model,
                deadline: .now + queryTimeout
            ).first
        } catch let error as LLMError {
            Counter(label: "nova_memory_query_embeddings_failed_total").increment()
            logger.info("a query is searched by words only", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
