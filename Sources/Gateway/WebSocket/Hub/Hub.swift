package import Logging
import NIOCore
import NovaAPI
import NovaContract
package import NovaStore
import ServiceLifecycle
import Synchronization

/// The sockets of this gateway and the events they get.
///
/// Run it as a service, before the server: handshakes, messages and events are worked on inside `run()`.
package final class Hub: Service {
    private struct State {
        var sessions: [UInt64: Session] = [:]
        var countByKey: [String: Int] = [:]
        var countByOwner: [String: Int] = [:]
        var lastID: UInt64 = 0
    }

    let configuration: WebSocketConfiguration
    let metrics = WebSocketMetrics()
    let queue: WorkQueue
    let feeds: Feeds
    let processor: MessageProcessor
    /// What all sockets hold of messages beyond what is each one's own.
    let memory: BodyMemory
    private let agents: AgentSockets
    private let logger: Logger
    private let state = Mutex(State())

    package init(store: Store, configuration: WebSocketConfiguration, agents: AgentSockets, logger: Logger) {
        self.agents = agents
        self.configuration = configuration
        self.logger = logger
        memory = BodyMemory(limit: configuration.maximumMessageBytesInFlight)
        // A socket has at most one message and one feed of its own, and agents; the rest is for handshakes and reports.
        queue = WorkQueue(limit: (4 + AgentSockets.maximumAgents) * configuration.maximumSockets + 1_024)
        feeds = Feeds(
            store: store,
            configuration: configuration,
            metrics: metrics,
            queue: queue,
            logger: logger
        )
        processor = MessageProcessor(
            store: store,
            feeds: feeds,
            analytics: AnalyticsService(store: store),
            agents: agents,
            queue: queue,
            budgets: configuration.budgets,
            maximumBytes: configuration.maximumMessageBytes,
            logger: logger
        )
    }

    /// Sockets open, or about to be.
    package var socketCount: Int { state.withLock { $0.sessions.count } }
    /// Owners whose events are listened to.
    package var feedCount: Int { feeds.count }

    /// Works until the graceful shutdown; then sockets that are still open are closed with 1001.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.queue.run() }
        for session in state.withLock({ Array($0.sessions.values) }) { session.close(.stopping) }
    }

    // MARK: - Sockets

    /// Takes a place for a socket of this key.
    ///
    /// `close` gives it back.
    ///
    /// - Throws: `SERVICE_UNAVAILABLE` at the bound of the gateway, `RATE_LIMIT_EXCEEDED` at that of the key or its owner.
    func open(_ key: APIKey, on eventLoop: any EventLoop) throws(NovaError) -> Session {
        let (session, count) = try state.withLock { state throws(NovaError) -> (Session, Int) in
            guard state.sessions.count < configuration.maximumSockets else {
                throw NovaError(.serviceUnavailable, "this gateway has no place for another socket", retryAfter: 5)
            }
            guard state.countByKey[key.id, default: 0] < configuration.maximumSocketsPerKey else {
                throw Self.tooMany("key", configuration.maximumSocketsPerKey)
            }
            guard state.countByOwner[key.owner, default: 0] < configuration.maximumSocketsPerOwner else {
                throw Self.tooMany("owner", configuration.maximumSocketsPerOwner)
            }
            state.lastID += 1
            let session = Session(id: state.lastID, key: key, eventLoop: eventLoop, configuration: configuration)
            state.sessions[session.id] = session
            state.countByKey[key.id, default: 0] += 1
            state.countByOwner[key.owner, default: 0] += 1
            return (session, state.sessions.count)
        }
        metrics.open(count)
        return session
    }

    private static func tooMany(_ whose: String, _ bound: Int) -> NovaError {
        NovaError(
            .rateLimitExceeded,
            "the \(whose) has \(bound) sockets open on this gateway: close some",
            details: [
                .init(
                    JSONPointer("/websocket.maximum_sockets_per_\(whose)"),
                    "at most \(bound) sockets of one \(whose)"
                )
            ],
            retryAfter: 5
        )
    }

    /// The socket is gone, or was never opened.
    func close(_ session: Session) {
        session.finish()
        feeds.leave(session)
        agents.leave(session)
        let count = state.withLock { state in
            guard state.sessions.removeValue(forKey: session.id) != nil else { return state.sessions.count }
            let left = state.countByKey[session.key.id, default: 1] - 1
            state.countByKey[session.key.id] = left > 0 ? left : nil
            let leftOfOwner = state.countByOwner[session.key.owner, default: 1] - 1
            state.countByOwner[session.key.owner] = leftOfOwner > 0 ? leftOfOwner : nil
            return state.sessions.count
        }
        metrics.open(count)
    }
}
