import LLMClient
import Logging
import Memory
import MemoryPool
import Metrics
import NovaContract
import NovaProcess
import NovaService
import NovaStore
import ServiceLifecycle
import Synchronization

/// Makes vectors of memories and of queries, where a server for that is configured.
///
/// A service, so that its connections are closed in the end; queries that come later are searched by words only.
final class Embedder: Service {
    let model: String
    private let client: LLMClient
    private let batch: Int
    private let queryTimeout: Duration
    private let timeout: Duration
    private let logger: Logger
    /// Numbers of the model's vectors, as it answered last; 0: it was not asked yet.
    private let dimensions = Mutex(0)

    /// Nil where no server is configured.
    init?(_ settings: Settings, logger: Logger) throws {
        let url = try settings[\EmbeddingSettings.baseURL]
        let key = try settings[\EmbeddingSettings.apiKey]
        model = try settings[\EmbeddingSettings.model]
        batch = try settings[\EmbeddingSettings.batch]
        queryTimeout = try settings[\EmbeddingSettings.queryTimeout]
        timeout = try settings[\EmbeddingSettings.timeout]
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
            let made = try await vectors(of: memories.map { Prose.of($0.definition.content) })
            let before = left
            let tried = zip(memories, made.each).compactMap { memory, each -> MemorySpace.Embedded? in
                switch each {
                case .vector(let vector): .init(id: memory.id, version: memory.version, vector: vector)
                case .none: .init(id: memory.id, version: memory.version, vector: [])
                case .failed: .init(id: memory.id, version: memory.version, vector: [], isFailed: true)
                case .untried: nil
                }
            }
            left = try await space.embed(tried, model: model)
            count(made.each, memories, space)
            if let outage = made.outage { throw outage }
            // All of them were changed meanwhile, or have failed: the next look is soon enough.
            if left >= before { return }
        }
    }

    private func count(_ made: [Made], _ memories: [MemoryRecord], _ space: MemorySpace) {
        for (memory, each) in zip(memories, made) {
            guard case .failed(let reason) = each else { continue }
            Counter(label: "nova_memory_embeddings_failed_total").increment()
            logger.warning(
                "a memory has no vector: the server fails at its text",
                metadata: [
                    "owner": "\(space.owner)", "domain": "\(space.domain)", "memory": "\(memory.id)",
                    "reason": "\(reason)",
                ]
            )
        }
        let done = made.count { if case .vector = $0 { true } else { false } }
        Counter(label: "nova_memory_embedded_total").increment(by: done)
    }

    /// What became of a text.
    private enum Made {
        case vector([Float])
        /// There is nothing in it.
        case none
        /// The server answers others, and this one not.
        case failed(String)
        /// The server is away.
        case untried
    }

    /// Of each text what became of it; where the server is away, why.
    private func vectors(of texts: [String]) async throws -> (each: [Made], outage: LLMError?) {
        var each: [Made] = []
        var outage: LLMError?
        do {
            each = try await client.embeddings(of: texts, model: model, deadline: .now + timeout).map { .vector($0) }
        } catch let error as LLMError where error.mayBeOfTheTexts {
            for text in texts {
                do {
                    each.append(outage == nil ? try await vector(of: text) : .untried)
                } catch let error as LLMError {
                    outage = error
                    each.append(.untried)
                }
            }
        }
        return (try await checked(each), outage)
    }

    /// Of one text, which is held to be at fault only where the server answers another one.
    ///
    /// - Throws: `LLMError` where it does not.
    private func vector(of text: String) async throws -> Made {
        guard text.contains(where: { !$0.isWhitespace }) else { return .none }
        do {
            let vector = try await client.embeddings(of: [text], model: model, deadline: .now + timeout).first
            return vector.map { .vector($0) } ?? .failed("no vector came")
        } catch let error as LLMError where error.mayBeOfTheTexts {
            try await probe()
            return .failed("\(error)")
        }
    }

    /// Takes vectors of another length than the model's for none.
    private func checked(_ made: [Made]) async throws -> [Made] {
        let lengths = Set(made.compactMap { if case .vector(let vector) = $0 { vector.count } else { nil } })
        guard !lengths.isEmpty else { return made }
        if lengths != [dimensions.withLock(\.self)] { try await probe() }
        let right = dimensions.withLock(\.self)
        return made.map { each in
            guard case .vector(let vector) = each, vector.count != right else { return each }
            return .failed("its vector has \(vector.count) numbers, those of others have \(right)")
        }
    }

    /// Asks for the vector of a text that nobody can fail at, which tells how long the model's vectors are.
    private func probe() async throws {
        let vector = try await client.embeddings(of: [Self.plainText], model: model, deadline: .now + timeout).first
        dimensions.withLock { $0 = vector?.count ?? 0 }
    }

    private static let plainText = "memory"

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
    fileprivate var mayBeOfTheTexts: Bool {
        switch self {
        case .refused, .malformed, .timedOut, .overdue: true
        case .server(let status, _, _): status == 500 || status == 200
        case .unreachable, .limited, .open: false
        }
    }
}
