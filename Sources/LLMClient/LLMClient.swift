import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NovaContract
import Synchronization

/// Asks a server that speaks OpenAI's API: streams, tries again, leaves it alone while it is broken.
///
/// An answer may have been made, and paid for, more than once: a request whose answer was lost is sent again.
package final class LLMClient: Sendable {
    /// What is heard of an answer while it comes.
    package enum Part: Sendable, Equatable {
        /// A request went out; what was heard before is void.
        case began
        case text(String)
    }

    private let configuration: LLMConfiguration
    private let http: HTTPClient
    /// Zero where a request to this model may go out, else how long to wait before asking again; others may share the limit.
    private let pace: @Sendable (_ model: String) async throws -> Duration
    private let breaker: Mutex<CircuitBreaker>
    /// Models whose server refused `response_format`.
    private let withoutSchema = Mutex<Set<String>>([])

    /// Bytes of an answer; a model that does not stop is stopped.
    private static let maximumBytes = 16 << 20

    package init(
        _ configuration: LLMConfiguration,
        pace: @escaping @Sendable (_ model: String) async throws -> Duration = { _ in .zero }
    ) {
        self.configuration = configuration
        self.pace = pace
        breaker = Mutex(
            CircuitBreaker(
                threshold: configuration.breakerFailures,
                first: configuration.breakerPause,
                longest: max(.seconds(60), configuration.breakerPause)
            )
        )
        var settings = HTTPClient.Configuration()
        settings.timeout.connect = .seconds(5)
        settings.timeout.read = .milliseconds(configuration.idleTimeout.wholeMilliseconds)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_024
        settings.connectionPool.retryConnectionEstablishment = false
        settings.redirectConfiguration = .disallow
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    /// To be called once, when nothing is asked any more.
    package func close() async throws { try await http.shutdown() }

    /// Whether the server is not left alone for now.
    package var isAdmitting: Bool { breaker.withLock { $0.closedUntil(.now) } == nil }

    // MARK: - Asking

    /// The answer; while it comes, `hear` is told of it, in order.
    ///
    /// - Throws: `LLMError` for the last attempt, at the latest by `deadline`; `CancellationError`.
    package func answer(
        _ request: ChatRequest,
        deadline: ContinuousClock.Instant,
        hear: @escaping @Sendable (Part) -> Void = { _ in }
    ) async throws -> ChatAnswer {
        var attempt = 1
        while true {
            try await keepPace(request.model, deadline)
            do {
                return try await admitted(request, deadline, hear)
            } catch let error as LLMError where error.mayPass && attempt < configuration.attempts {
                if case .open = error { throw error }
                let delay = configuration.delay(after: attempt, asked: error.retryAfter)
                guard .now + delay < deadline else { throw error }
                try await Task.sleep(for: delay)
                attempt += 1
            }
        }
    }

    private func keepPace(_ model: String, _ deadline: ContinuousClock.Instant) async throws {
        while true {
            let delay = try await pace(model)
            guard delay > .zero else { return }
            guard .now + delay < deadline else { throw LLMError.overdue("the rate limit asks for a wait of \(delay)") }
            try await Task.sleep(for: delay)
        }
    }

    private func admitted(
        _ request: ChatRequest,
        _ deadline: ContinuousClock.Instant,
        _ hear: @escaping @Sendable (Part) -> Void
    ) async throws -> ChatAnswer {
        try await admitted(by: deadline) { try await self.exchange(request, hear) }
    }

    /// Asks, unless the server is left alone, and takes down how it went.
    func admitted<Answer: Sendable>(
        by deadline: ContinuousClock.Instant,
        _ ask: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        if let until = breaker.withLock({ $0.admit(.now) }) { throw LLMError.open(until: until) }
        do {
            let answer = try await Self.bounded(by: deadline, ask)
            breaker.withLock { $0.succeeded() }
            return answer
        } catch {
            let isOutage = (error as? LLMError)?.isOutage ?? false
            breaker.withLock { isOutage ? $0.failed(.now) : $0.undecided(.now) }
            throw error
        }
    }

    /// Races the exchange with the deadline.
    private static func bounded<Answer: Sendable>(
        by deadline: ContinuousClock.Instant,
        _ ask: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask { try await ask() }
            group.addTask {
                try await Task.sleep(until: deadline, clock: .continuous)
                throw LLMError.overdue("the time for the answer is over")
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    // MARK: - One exchange

    private func exchange(
        _ request: ChatRequest,
        _ hear: @escaping @Sendable (Part) -> Void
    ) async throws -> ChatAnswer {
        var request = request
        if withoutSchema.withLock({ $0.contains(request.model) }) { request.schema = nil }
        hear(.began)
        do {
            return try await once(request, hear)
        } catch LLMError.refused(let status, _) where request.schema != nil && (status == 400 || status == 422) {
            // Not every server knows `response_format`; the messages say the same.
            request.schema = nil
            hear(.began)
            let answer = try await once(request, hear)
            withoutSchema.withLock { _ = $0.insert(request.model) }
            return answer
        }
    }

    private func once(_ request: ChatRequest, _ hear: @Sendable (Part) -> Void) async throws -> ChatAnswer {
        do {
            let response = try await http.execute(asked(request), deadline: .distantFuture)
            guard response.status == .ok else { throw try await refusal(response) }
            return try await read(response, hear)
        } catch let error as LLMError {
            throw error
        } catch {
            throw try Self.fault(error)
        }
    }

    private func asked(_ request: ChatRequest) -> HTTPClientRequest {
        var asked = HTTPClientRequest(url: configuration.baseURL + "/chat/completions")
        asked.method = .POST
        asked.headers.add(name: "Content-Type", value: "application/json")
        asked.headers.add(name: "Accept", value: "text/event-stream")
        authorize(&asked)
        asked.body = .bytes(ByteBuffer(bytes: request.json.jsonBytes))
        return asked
    }

    private func authorize(_ request: inout HTTPClientRequest) {
        request.headers.add(name: "User-Agent", value: "nova")
        if let key = configuration.apiKey { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
    }

    private func read(_ response: HTTPClientResponse, _ hear: @Sendable (Part) -> Void) async throws -> ChatAnswer {
        var stream = ChatStream()
        let type = response.headers.first(name: "Content-Type") ?? ""
        guard type.hasPrefix("text/event-stream") else {
            let body = try await response.body.collect(upTo: Self.maximumBytes)
            let text = try stream.take(whole: Array(body.readableBytesView))
            if !text.isEmpty { hear(.text(text)) }
            return try stream.finish()
        }
        var events = ServerSentEvents()
        var bytes = 0
        for try await chunk in response.body {
            bytes += chunk.readableBytes
            guard bytes <= Self.maximumBytes else {
                throw LLMError.malformed("the answer has more than \(Self.maximumBytes) bytes")
            }
            for event in events.take(chunk.readableBytesView) {
                let text = try stream.take(event)
                if !text.isEmpty { hear(.text(text)) }
            }
            if stream.isDone { break }
        }
        return try stream.finish()
    }

    private func refusal(_ response: HTTPClientResponse) async throws -> LLMError {
        let status = Int(response.status.code)
        let body = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        let reason = ChatStream.reason(body)
        let after = RetryAfter.duration(response.headers.first(name: "Retry-After"), now: Date())
        switch status {
        case 429: return .limited(reason, retryAfter: after)
        case 408, 500...: return .server(status: status, reason, retryAfter: after)
        default: return .refused(status: status, reason)
        }
    }

    private static func fault(_ error: any Error) throws -> LLMError {
        if error is CancellationError { throw error }
        guard let error = error as? HTTPClientError else { return .unreachable("\(error)") }
        switch error {
        case .cancelled: throw CancellationError()
        case .readTimeout, .deadlineExceeded, .connectTimeout: return .timedOut("\(error)")
        default: return .unreachable("\(error)")
        }
    }

    /// Sends a body and reads the answer's.
    ///
    /// - Throws: `LLMError`, `CancellationError`.
    func post(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        var request = HTTPClientRequest(url: configuration.baseURL + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        authorize(&request)
        request.body = .bytes(ByteBuffer(bytes: body.jsonBytes))
        do {
            let response = try await http.execute(request, deadline: .distantFuture)
            guard response.status == .ok else { throw try await refusal(response) }
            let bytes = try await response.body.collect(upTo: Self.maximumBytes)
            return try JSONValue(parsing: bytes.readableBytesView)
        } catch let error as LLMError {
            throw error
        } catch let error as JSONReadError {
            throw LLMError.malformed("the answer is not JSON: \(error)")
        } catch {
            throw try Self.fault(error)
        }
    }

    // MARK: - What there is

    /// The names of the server's models: `GET /models`; also tells whether it is there.
    ///
    /// - Throws: `LLMError`, `CancellationError`.
    package func models() async throws -> [String] {
        var request = HTTPClientRequest(url: configuration.baseURL + "/models")
        authorize(&request)
        do {
            let response = try await http.execute(request, timeout: .seconds(5))
            guard response.status == .ok else { throw try await refusal(response) }
            let body = try await response.body.collect(upTo: 4 << 20)
            let json = try JSONValue(parsing: body.readableBytesView)
            return (json["data"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
        } catch let error as LLMError {
            throw error
        } catch let error as JSONReadError {
            throw LLMError.malformed("the list of models is not JSON: \(error)")
        } catch {
            throw try Self.fault(error)
        }
    }
}
