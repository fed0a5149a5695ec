import LLMClient
import Logging
import Memory
import Metrics
import NovaContract
import NovaProcess
import NovaService
import NovaStore
import ServiceLifecycle

/// Makes vectors of memories and of queries, where a server for that is configured.
///
/// A service, so that its connections are closed in the end; queries that come later are searched by words only.
struct Embedder: Service {
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
            let fault = SettingsError(
                key: "embeddings.base_url",
                value: url,
                source: "settings",
                problem: "must be an http or https URL with the version, or empty"
            )
            try settings.refused(fault, ())
            return nil
        }
        client = LLMClient(
            LLMConfiguration(baseURL: url.hasSuffix("/") ? String(url.dropLast()) : url, apiKey: key)
        )
    }

    func run() async throws {
        // Returns at the graceful shutdown, or where the process ends without one.
        do { try await gracefulShutdown() } catch is CancellationError {}
        try await client.close()
    }

    // MARK: - Memories

    /// Makes the vectors that a domain lacks.
    ///
    /// Where the server does not answer they stay in line, and are made the next time.
    ///
    /// - Parameter deadline: none is begun later; somebody else may look after the domain then.
    func care(for space: MemorySpace, until deadline: ContinuousClock.Instant) async throws {
        do {
            try await embed(space, until: deadline)
        } catch LLMError.open {
            // It was told when it failed; it is asked again when it has been left alone for a while.
            return
        } catch let error as LLMError {
            Counter(label: "nova_memory_embeddings_failed_total").increment()
            logger.warning(
                "memories have no vectors yet",
                metadata: ["owner": "\(space.owner)", "domain": "\(space.domain)", "error": "\(error)"]
            )
        }
    }

    private func embed(_ space: MemorySpace, until deadline: ContinuousClock.Instant) async throws {
        var left = try await space.embed([], model: model)
        while left > 0, .now < deadline {
            try Task.checkCancellation()
            let memories = try await space.unembedded(batch)
            guard !memories.isEmpty else { return }
            let vectors = try await vectors(of: memories.map { Prose.of($0.definition.content) })
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

    /// An empty one for a text that the server refuses, or that has nothing in it: it must not hold up the others.
    private func vectors(of texts: [String]) async throws -> [[Float]] {
        if texts == [""] { return [[]] }
        do {
            return try await client.embeddings(of: texts, model: model, deadline: .now + timeout)
        } catch LLMError.refused(_, let reason) where texts.count == 1 {
            logger.warning("a memory has no vector: the server refuses its text", metadata: ["reason": "\(reason)"])
            return [[]]
        } catch let error as LLMError {
            guard texts.count > 1, error.isOfTheTexts else { throw error }
            var each: [[Float]] = []
            for text in texts { each += try await vectors(of: [text]) }
            return each
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

extension LLMError {
    /// Whether other texts may well be answered.
    fileprivate var isOfTheTexts: Bool {
        switch self {
        case .refused, .malformed: true
        case .server(let status, _, _): status == 500
        case .unreachable, .timedOut, .overdue, .limited, .open: false
        }
    }
}
