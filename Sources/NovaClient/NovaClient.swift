public import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Speaks to one Nova over HTTP and WebSocket, with one API key.
///
/// A value: it holds no connection of its own, may be copied, and is used from as many tasks as there are. See
/// <doc:GettingStarted>.
///
/// ```swift
/// let nova = try NovaClient(url: "http://127.0.0.1:8003", apiKey: "test-key")
/// let plan = try await nova.optimize(flow: "nightly", ["parameters": ["steps": steps]])
/// ```
///
/// All calls throw ``NovaClientError``, and `CancellationError` when their task is cancelled.
public struct NovaClient: Sendable {
    /// How long a client waits, how often it tries, and what it holds.
    public struct Options: Sendable {
        /// From the sending of a request until its whole answer is there; each attempt anew.
        ///
        /// Longer than a gateway lets a request wait, which is 60 s at most.
        public var timeout: Duration = .seconds(90)
        /// A longer answer is not read.
        public var maximumAnswerBytes = 64 << 20
        /// What is sent again, and when.
        public var retry = RetryPolicy()
        /// Of the subscriptions to events.
        public var events = Events()
        /// `User-Agent` of every request.
        public var userAgent = "nova-client-swift"

        /// The defaults suit a server.
        public init() {}

        /// How ``NovaClient/withEvents(channels:since:domain:isolation:_:)`` keeps its connection.
        public struct Events: Sendable {
            /// Whether a connection that is lost is made again; else its end is thrown.
            public var reconnects = true
            /// The pauses before a connection is made again double from the first to the last, with jitter.
            public var firstPause: Duration = .milliseconds(250)
            /// What the pauses grow to.
            public var maximumPause: Duration = .seconds(15)
            /// Messages that wait to be read; beyond, the gateway is held up.
            ///
            /// A gateway that was held up for too long ends the connection, which is then made again where it was.
            public var buffer = 256
            /// A longer message ends the connection.
            public var maximumMessageBytes = 4 << 20
            /// After which a gateway that says nothing is asked whether it is still there.
            public var silence: Duration = .seconds(20)
            /// One that was asked and has not answered by then is given up, and the connection made again.
            public var answerDeadline: Duration = .seconds(10)
        }
    }

    /// Where the gateway is.
    let address: GatewayAddress
    let apiKey: String?
    /// How long this client waits, how often it tries, and what it holds.
    public let options: Options
    private let httpClient: HTTPClient

    /// Of all clients that are not given their own, for the life of the process.
    ///
    /// That nobody answers is said at once: to try again, or not, is for the retry policy.
    private static let sharedHTTPClient: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// - Parameters:
    ///   - url: `http://HOST:PORT` or `https://…`, perhaps with a path in front of Nova's own.
    ///   - apiKey: Nil for what needs none, such as `/health`.
    ///   - httpClient: Nil: one that all clients of the process share, with at most 256 requests to a gateway on their way at
    ///     once. Another one is yours to shut down, and should have `retryConnectionEstablishment` off.
    /// - Throws: ``NovaClientError/invalidRequest(_:)`` where the address is none.
    public init(
        url: String,
        apiKey: String?,
        options: Options = Options(),
        httpClient: HTTPClient? = nil
    ) throws(NovaClientError) {
        address = try GatewayAddress(url)
        self.apiKey = apiKey
        self.options = options
        self.httpClient = httpClient ?? Self.sharedHTTPClient
    }

    /// The address, without a slash at its end.
    public var url: String { address.description }

    /// An id as a segment of a path, whatever is in it: `"a/b"` is `a%2Fb`.
    public static func pathSegment(_ id: String) -> String { GatewayAddress.escaped(id) }
}

// MARK: - Requests

extension NovaClient {
    /// Asks a query and returns what it is answered.
    ///
    /// - Parameters:
    ///   - path: With `/` at its beginning, its ids through ``pathSegment(_:)``.
    ///   - query: Parameters; those whose value is nil are left out.
    public func get(_ path: String, query: [(name: String, value: String?)] = []) async throws -> JSON {
        try await send(.get, path, query: query).json
    }

    /// Sends a request, again where ``RetryPolicy`` says so, and returns its answer: 2xx, or 304 where a condition was sent.
    ///
    /// 202 says that a command was accepted and goes on; ``perform(_:_:body:options:)`` waits for its end.
    ///
    /// - Parameters:
    ///   - path: With `/` at its beginning, its ids through ``pathSegment(_:)``.
    ///   - query: Parameters; those whose value is nil are left out.
    ///   - options: The standard headers, and what else differs for this request.
    public func send(
        _ method: Method,
        _ path: String,
        query: [(name: String, value: String?)] = [],
        body: Body? = nil,
        options: RequestOptions = RequestOptions()
    ) async throws -> Answer {
        var attempt = 1
        while true {
            do throws(NovaClientError) {
                return try await exchange(method, path, query: query, body: body, options: options).orRefusal()
            } catch {
                try Task.checkCancellation()
                guard method.isSafe || options.isRepeatable,
                    let pause = self.options.retry.pause(after: RetryPolicy.Fault(error), attempt: attempt)
                else { throw error }
                attempt += 1
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Sends a request once, and returns its answer whatever its status is.
    ///
    /// For tests, and for who has a retry policy of its own. Cancelled, it throws ``NovaClientError/unreachable(_:)``.
    package func exchange(
        _ method: Method,
        _ path: String,
        query: [(name: String, value: String?)] = [],
        body: Body? = nil,
        options: RequestOptions = RequestOptions()
    ) async throws(NovaClientError) -> Answer {
        var request = HTTPClientRequest(
            url: address.url(path, query: query + [(name: "domain", value: options.domain)])
        )
        request.method = HTTPMethod(rawValue: method.rawValue)
        request.headers.add(name: "User-Agent", value: self.options.userAgent)
        if let apiKey { request.headers.add(name: "X-API-Key", value: apiKey) }
        if let body {
            request.headers.add(name: "Content-Type", value: body.contentType(method))
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        for (name, value) in options.fields { request.headers.replaceOrAdd(name: name, value: value) }
        if let bad = request.headers.first(where: { $0.value.contains(where: \.isNewline) }) {
            throw .invalidRequest("the header \(bad.name) has a line end")
        }
        return try await execute(request, timeout: options.timeout ?? self.options.timeout)
    }

    private func execute(_ request: HTTPClientRequest, timeout: Duration) async throws(NovaClientError) -> Answer {
        var status = 0
        do {
            let response = try await httpClient.execute(request, timeout: TimeAmount(timeout))
            status = Int(response.status.code)
            let bytes = try await response.body.collect(upTo: options.maximumAnswerBytes)
            return Answer(
                status: status,
                headers: response.headers.map { ($0.name, $0.value) },
                bytes: Array(bytes.readableBytesView)
            )
        } catch is NIOTooManyBytesError {
            throw .invalidAnswer(status: status, reason: "more than \(options.maximumAnswerBytes) bytes")
        } catch let error as HTTPClientError {
            throw Self.failure(error, timeout)
        } catch {
            throw .unreachable(String(describing: error))
        }
    }

    private static func failure(_ error: HTTPClientError, _ timeout: Duration) -> NovaClientError {
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout: .timedOut(timeout)
        case .invalidURL, .emptyHost, .emptyScheme: .invalidRequest(error.shortDescription)
        default: .unreachable(error.shortDescription)
        }
    }
}
