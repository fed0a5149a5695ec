import DequeModule
import NovaContract
import Synchronization
import WebSocketClient

/// One subscription: its connection, its place, and how it comes back.
final class EventSession: Sendable {
    fileprivate struct State {
        var connection: WebSocketConnection?
        var position: String?
        /// Told while the subscription was made.
        var pending: Deque<NovaEvents.Message> = []
        /// Connections lost, or not made, since the last message.
        var losses = 0
        /// What the gateway asked to wait before it is asked again.
        var retryAfter: Duration?
        var isOver = false
        var liveness = Liveness()
    }

    private let client: NovaClient
    private let channels: [String]
    private let domain: String?
    private let state: Mutex<State>

    init(client: NovaClient, channels: [String], since: String?, domain: String?) {
        self.client = client
        self.channels = channels
        self.domain = domain
        state = Mutex(State(position: since))
    }

    private var options: NovaClient.Options.Events { client.options.events }

    var position: String { state.withLock { $0.position ?? "" } }

    /// Makes the first connection, again where the client's retry policy says so.
    func open() async throws {
        var attempt = 1
        while true {
            do {
                return try await connect()
            } catch let error as NovaClientError {
                let pause = client.options.retry.pause(after: RetryPolicy.Fault(error), attempt: attempt)
                guard let pause else { throw error }
                attempt += 1
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Returns when the socket is closed; nothing is read any more.
    func close() async {
        let connection = state.withLock { state in
            state.isOver = true
            return state.connection.take()
        }
        await connection?.shutDown(within: WebSocketOptions().closeDeadline)
    }

    // MARK: - Reading

    /// The next message, nil when the scope has ended; makes the connection again where it is gone.
    func next() async throws -> NovaEvents.Message? {
        while true {
            switch state.withLock({ $0.nextStep() }) {
            case .end: return nil
            case .give(let message): return message
            case .read(let connection):
                if let message = try await read(connection) { return message }
            case .reconnect(let losses, let retryAfter):
                if let message = try await reconnect(losses, retryAfter) { return message }
            }
        }
    }

    /// A message for the reader; nil where it is for nobody.
    private func read(_ connection: WebSocketConnection) async throws -> NovaEvents.Message? {
        do {
            switch try await receive(connection) {
            case .told(let message):
                state.withLock { $0.told(message) }
                return message
            case .error(let problem): throw NovaClientError.refused(problem)
            case .subscribed, .other: return nil
            }
        } catch let error as NovaClientError {
            return try await lose(error)
        }
    }

    private func reconnect(_ losses: Int, _ retryAfter: Duration?) async throws -> NovaEvents.Message? {
        let policy = RetryPolicy(firstPause: options.firstPause, maximumPause: options.maximumPause)
        try await Task.sleep(for: max(policy.backoff(losses), retryAfter ?? .zero))
        do {
            try await connect()
            return nil
        } catch let error as NovaClientError {
            return try await lose(error)
        }
    }

    /// Drops the connection; it is made again where that can help, and nobody has left meanwhile.
    private func lose(_ error: NovaClientError) async throws -> NovaEvents.Message? {
        let mayReturn = options.reconnects && error.mayPass
        let (connection, wasOver) = state.withLock { $0.lose(error, mayReturn: mayReturn) }
        await connection?.shutDown(within: .zero)
        if wasOver { return nil }
        guard mayReturn else { throw error }
        return .interrupted(error)
    }

    // MARK: - One connection

    /// Returns when the subscription is in force.
    private func connect() async throws {
        let connection = try await dial()
        do {
            try await subscribe(connection)
        } catch {
            await connection.shutDown(within: .zero)
            throw error
        }
        guard state.withLock({ $0.install(connection) }) else {
            await connection.shutDown(within: .zero)
            throw CancellationError()
        }
    }

    private func dial() async throws -> WebSocketConnection {
        var socket = WebSocketOptions()
        socket.buffer = options.buffer
        socket.maxFrameBytes = options.maximumMessageBytes
        var headers = [("User-Agent", client.options.userAgent)]
        if let key = client.apiKey { headers.append(("X-API-Key", key)) }
        do {
            return try await WebSocketClient.open(url: client.address.webSocketURL, headers: headers, options: socket)
        } catch let error as WebSocketClientError {
            throw NovaClientError(error)
        } catch let error as CancellationError {
            throw error
        } catch {
            // TLS, which cannot be set up.
            throw NovaClientError.unreachable(String(describing: error))
        }
    }

    private func subscribe(_ connection: WebSocketConnection) async throws {
        var message: [String: JSON] = ["type": "subscribe", "channels": JSON(channels.map { JSON($0) })]
        let position = state.withLock(\.position)
        if let position { message["after"] = JSON(position) }
        if let domain { message["domain"] = JSON(domain) }
        do {
            try await connection.send(text: JSON(message).description)
        } catch let error as WebSocketClientError {
            throw NovaClientError(error)
        }
        while true {
            switch try await receive(connection) {
            case .subscribed(let lastID):
                // Without it, what happens before the first event would be lost with the connection.
                return state.withLock { $0.position = $0.position ?? lastID }
            case .told(let message): state.withLock { $0.pending.append(message) }
            case .error(let problem): throw NovaClientError.refused(problem)
            case .other: break
            }
        }
    }

    private func receive(_ connection: WebSocketConnection) async throws -> ServerMessage {
        state.withLock { $0.liveness.beginReading() }
        defer { state.withLock { $0.liveness.endReading() } }
        do {
            switch try await connection.receive() {
            case .text(let text): return try ServerMessage(parsing: text)
            case .binary: return .other
            case .close(let code, let reason): throw NovaClientError.disconnected(code: Int(code), reason: reason)
            case nil: throw NovaClientError.disconnected(code: 1006, reason: "")
            }
        } catch let error as WebSocketClientError {
            throw NovaClientError(error)
        }
    }

    // MARK: - Whether the gateway is still there

    /// A frozen gateway, or a network that is gone, says nothing and closes nothing: it is asked, and left when it does not answer.
    ///
    /// Returns when cancelled.
    func watch() async {
        while true {
            do { try await Task.sleep(for: options.silence / 4) } catch { return }
            let (step, connection) = state.withLock { state in
                (state.liveness.check(options.silence, options.answerDeadline), state.connection)
            }
            switch step {
            case .wait: break
            case .ask:
                do {
                    try await connection?.send(text: #"{"type":"ping"}"#)
                } catch {
                    // It has ended, which the reader is told.
                }
            case .giveUp: connection?.abandon()
            }
        }
    }

    /// Silence of a gateway while somebody reads.
    struct Liveness {
        enum Step: Equatable { case wait, ask, giveUp }

        private var isReading = false
        private var since = ContinuousClock.now
        private var asked: ContinuousClock.Instant?

        mutating func beginReading(at now: ContinuousClock.Instant = .now) {
            isReading = true
            since = now
            asked = nil
        }

        mutating func endReading() { isReading = false }

        mutating func check(
            _ silence: Duration,
            _ answerDeadline: Duration,
            at now: ContinuousClock.Instant = .now
        ) -> Step {
            guard isReading else { return .wait }
            if let asked { return now - asked > answerDeadline ? .giveUp : .wait }
            guard now - since > silence else { return .wait }
            asked = now
            return .ask
        }
    }
}

extension EventSession.State {
    fileprivate enum Step {
        case end
        case give(NovaEvents.Message)
        case read(WebSocketConnection)
        case reconnect(losses: Int, retryAfter: Duration?)
    }

    fileprivate mutating func nextStep() -> Step {
        if isOver { return .end }
        if let message = pending.popFirst() {
            told(message)
            return .give(message)
        }
        if let connection { return .read(connection) }
        return .reconnect(losses: losses, retryAfter: retryAfter)
    }

    fileprivate mutating func told(_ message: NovaEvents.Message) {
        losses = 0
        if case .event(let event) = message { position = event.id }
    }

    /// False where the scope has ended meanwhile.
    fileprivate mutating func install(_ new: WebSocketConnection) -> Bool {
        guard !isOver else { return false }
        connection = new
        retryAfter = nil
        return true
    }

    /// The connection to close, and whether the scope had ended already.
    fileprivate mutating func lose(_ error: NovaClientError, mayReturn: Bool) -> (WebSocketConnection?, Bool) {
        defer {
            losses += 1
            retryAfter = error.problem?.retryAfter
            isOver = isOver || !mayReturn
        }
        return (connection.take(), isOver)
    }
}

extension NovaClientError {
    fileprivate init(_ error: WebSocketClientError) {
        switch error {
        case .invalidURL(let url): self = .invalidRequest("\(url) is not an address of a WebSocket")
        case .connectionFailed(let reason): self = .unreachable(reason)
        case .noAnswer(let limit): self = .timedOut(limit)
        case .refused(let refusal):
            let retryAfter = refusal.header("Retry-After")
            self = .refusal(status: refusal.status, retryAfter: retryAfter, body: refusal.body.utf8)
        case .protocolViolation(let reason): self = .disconnected(code: 1002, reason: reason)
        case .closed: self = .disconnected(code: 1006, reason: "")
        case .alreadyRead: self = .invalidRequest("\(error)")
        }
    }

    /// Whether another connection may do better.
    fileprivate var mayPass: Bool {
        switch self {
        case .unreachable, .timedOut: true
        case .disconnected(let code, _): code != 1008
        case .refused(let problem): problem.isTemporary
        case .invalidAnswer(let status, _): (502...504).contains(status)
        case .invalidRequest, .invalidJSON: false
        }
    }
}
