import AsyncHTTPClient
import AsyncPrimitives
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
    /// What the server was found not to take, by model.
    private let known = Mutex<[String: Concessions]>([:])
    /// Why the server was not reached, or failed, the last time that it did.
    private let outage = Mutex<String?>(nil)

    /// Models of which is remembered what they do not take; one more takes the place of any.
    private static let maximumKnown = 256
    /// Bytes of an answer; a model that does not stop is stopped.
    private static let maximumBytes = 16 << 20

    package init(
        _ configuration: LLMConfiguration,
        pace: @escaping @Sendable (_ model: String) async throws -> Duration = { _ in .zero }
    ) {
        self.configuration = configuration
        self.pace = pace
        breaker = Mutex(
            CircuitBreaker(threshold: configuration.breakerFailures, backoff: configuration.breakerBackoff)
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

    /// Why the server is left alone for now; nil: it is not.
    package var whyNotAdmitting: String? {
        guard !isAdmitting else { return nil }
        let last = outage.withLock(\.self).map { ", the last time: \($0)" } ?? ""
        return "the models' server failed too often of late and is left alone for a while\(last)"
    }

    // MARK: - Asking

    /// The answer; while it comes, `hear` is told of it, in order.
    ///
    /// - Throws: `LLMError` for the last attempt, at the latest by `deadline`; `CancellationError`.
    package func answer(
        _ request: ChatRequest,
        deadline: ContinuousClock.Instant,
        hear: @escaping @Sendable (Part) -> Void = { _ in }
    ) async throws -> ChatAnswer {
        try await retrying(configuration.backoff, attempts: max(1, configuration.attempts)) {
            try await keepPace(request.model, deadline)
            return try await admitted(request, deadline, hear)
        } onFailure: { failed in
            Self.delay(after: failed, deadline)
        }
    }

    /// Nil where asking again does not help, or not in time.
    static func delay(after failed: FailedAttempt, _ deadline: ContinuousClock.Instant) -> Duration? {
        guard let error = failed.error as? LLMError, error.mayPass else { return nil }
        switch error {
        case .open, .overdue: return nil
        default:
            let delay = max(failed.delay, error.retryAfter ?? .zero)
            return .now + delay < deadline ? delay : nil
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
            if isOutage { outage.withLock { $0 = String("\(error)".prefix(500)) } }
            breaker.withLock { isOutage ? $0.failed(.now) : $0.undecided(.now) }
            throw error
        }
    }

    /// Races the exchange with the deadline.
    private static func bounded<Answer: Sendable>(
        by deadline: ContinuousClock.Instant,
        _ ask: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await withDeadline(until: deadline, ask)
        } catch is DeadlineExceeded {
            throw LLMError.overdue("the time for the answer is over")
        }
    }

    // MARK: - One exchange

    /// A request that may be taken without something that is in it.
    private struct Refusal: Error {
        let error: LLMError
        /// What the server says of what is wrong, in lower case.
        let hints: String
    }

    /// Asks, and asks again without what the server refuses: 400 and 422 for something that not every server knows.
    ///
    /// What made the difference is remembered for the model.
    private func exchange(
        _ request: ChatRequest,
        _ hear: @escaping @Sendable (Part) -> Void
    ) async throws -> ChatAnswer {
        var search = ConcessionSearch(request, known: known.withLock { $0[request.model] } ?? Concessions())
        while true {
            hear(.began)
            do {
                let answer = try await once(request, search.concessions, hear)
                if let found = search.found { remember(found, of: request.model) }
                return answer
            } catch let refusal as Refusal {
                guard search.goOn(after: refusal.hints) else { throw search.first ?? refusal.error }
                if search.first == nil { search.first = refusal.error }
            }
        }
    }

    private func remember(_ found: Concessions, of model: String) {
        known.withLock { known in
            if known[model] == nil, known.count >= Self.maximumKnown, let any = known.keys.first { known[any] = nil }
            known[model] = found
        }
    }

    private func once(
        _ request: ChatRequest,
        _ concessions: Concessions,
        _ hear: @escaping @Sendable (Part) -> Void
    ) async throws -> ChatAnswer {
        do {
            let response = try await http.execute(asked(request, concessions), deadline: .distantFuture)
            guard response.status == .ok else {
                let body = try await Self.refusalBody(response)
                let error = Self.refusal(response, body)
                guard case .refused(let status, _) = error, status == 400 || status == 422 else { throw error }
                throw Refusal(error: error, hints: ChatStream.hints(body))
            }
            return try await read(response, hear)
        } catch let error as LLMError {
            // Where the stream has begun already, its status says so.
            guard case .refused(let status, let reason) = error, status == 400 || status == 422 else { throw error }
            throw Refusal(error: error, hints: reason.lowercased())
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw try Self.fault(error)
        }
    }

    private func asked(_ request: ChatRequest, _ concessions: Concessions) -> HTTPClientRequest {
        var asked = HTTPClientRequest(url: configuration.baseURL + "/chat/completions")
        asked.method = .POST
        asked.headers.add(name: "Content-Type", value: "application/json")
        asked.headers.add(name: "Accept", value: "text/event-stream, application/json")
        authorize(&asked)
        asked.body = .bytes(ByteBuffer(bytes: request.json(concessions).jsonBytes))
        return asked
    }

    private func authorize(_ request: inout HTTPClientRequest) {
        request.headers.add(name: "User-Agent", value: "nova")
        if let key = configuration.apiKey { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
    }

    /// Reads a stream, or a whole body, whichever comes: what servers say of it in `Content-Type` is not always so.
    private func read(_ response: HTTPClientResponse, _ hear: @escaping @Sendable (Part) -> Void) async throws
        -> ChatAnswer
    {
        var heard = Heard(hear)
        var events = ServerSentEvents()
        // Until it is known which of the two it is, and all of a whole body.
        var body: [UInt8] = []
        var isStream: Bool?
        var bytes = 0
        for try await chunk in response.body {
            bytes += chunk.readableBytes
            guard bytes <= Self.maximumBytes else {
                throw LLMError.malformed("the answer has more than \(Self.maximumBytes) bytes")
            }
            if isStream == true {
                for event in events.take(chunk.readableBytesView) { try heard.take(event) }
            } else {
                body += chunk.readableBytesView
                isStream = isStream ?? Self.isStream(body)
                guard isStream == true else { continue }
                for event in events.take(body) { try heard.take(event) }
                body = []
            }
            if heard.stream.isDone { break }
        }
        if isStream != true {
            try heard.take(whole: body)
        } else if !heard.stream.isDone, let event = events.end() {
            try heard.take(event)
        }
        return try heard.finish()
    }

    /// Nil where there is nothing but blanks yet; a whole body is an object, or a page of a proxy.
    private static func isStream(_ body: [UInt8]) -> Bool? {
        let text = body.starts(with: [0xEF, 0xBB, 0xBF]) ? body.dropFirst(3) : body[...]
        let first = text.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        return first.map { $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "<") }
    }

    /// An answer on its way, and how much of it was told.
    private struct Heard {
        private(set) var stream = ChatStream()
        private var told = 0
        private let hear: @Sendable (Part) -> Void

        init(_ hear: @escaping @Sendable (Part) -> Void) { self.hear = hear }

        mutating func take(_ event: [UInt8]) throws(LLMError) {
            let before = stream.restarts
            let text = try stream.take(event)
            if stream.restarts > before {
                hear(.began)
                told = 0
            }
            tell(text)
        }

        mutating func take(whole body: [UInt8]) throws(LLMError) { tell(try stream.take(whole: body)) }

        private mutating func tell(_ text: String) {
            guard !text.isEmpty else { return }
            told += text.utf8.count
            hear(.text(text))
        }

        mutating func finish() throws(LLMError) -> ChatAnswer {
            let answer = try stream.finish()
            // What was held back in case more came.
            tell(String(Substring(answer.content.utf8.dropFirst(told))))
            return answer
        }
    }

    private static func refusalBody(_ response: HTTPClientResponse) async throws -> [UInt8] {
        var body: [UInt8] = []
        // The reason is at the beginning of whatever it is.
        for try await chunk in response.body {
            body += chunk.readableBytesView.prefix((1 << 20) - body.count)
            if body.count >= 1 << 20 { break }
        }
        return body
    }

    private static func refusal(_ response: HTTPClientResponse) async throws -> LLMError {
        refusal(response, try await refusalBody(response))
    }

    private static func refusal(_ response: HTTPClientResponse, _ body: [UInt8]) -> LLMError {
        let status = Int(response.status.code)
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
            guard response.status == .ok else { throw try await Self.refusal(response) }
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

    /// The names of the server's models: GET `/models`; also tells whether the server is there.
    ///
    /// Not every server has such a list: whatever it answers, it is there, and the list may be empty. 502, 503 and 504 are a
    /// proxy's word that nobody is behind it, or a server's that it is not ready.
    ///
    /// - Throws: `LLMError` where it is not there; `CancellationError`.
    package func models() async throws -> [String] {
        var request = HTTPClientRequest(url: configuration.baseURL + "/models")
        authorize(&request)
        do {
            let response = try await http.execute(request, timeout: .seconds(5))
            switch response.status.code {
            case 200: return Self.names(try await Self.beginning(of: response))
            case 502, 503, 504: throw try await Self.refusal(response)
            default: return []
            }
        } catch let error as LLMError {
            outage.withLock { $0 = String("\(error)".prefix(500)) }
            throw error
        } catch {
            let fault = try Self.fault(error)
            outage.withLock { $0 = String("\(fault)".prefix(500)) }
            throw fault
        }
    }

    /// Empty where there is more than any list has.
    private static func beginning(of response: HTTPClientResponse) async throws -> [UInt8] {
        var body: [UInt8] = []
        for try await chunk in response.body {
            body += chunk.readableBytesView
            if body.count > 4 << 20 { return [] }
        }
        return body
    }

    /// `{"data": [{"id"}]}`, or what is alike.
    private static func names(_ body: [UInt8]) -> [String] {
        do throws(JSONReadError) {
            let json = try JSONValue(parsing: body)
            let models = json["data"]?.arrayValue ?? json["models"]?.arrayValue ?? json.arrayValue ?? []
            return models.compactMap { model in
                model.stringValue ?? ["id", "name", "model"].lazy.compactMap { model[$0]?.stringValue }.first
            }
        } catch {
            // A page of a proxy, for example: there is no list.
            return []
        }
    }
}
