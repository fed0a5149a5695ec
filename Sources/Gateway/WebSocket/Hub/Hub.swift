package import Logging
import NIOCore
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
        var lastID: UInt64 = 0
    }

    let configuration: WebSocketConfiguration
    let metrics = WebSocketMetrics()
    let queue: WorkQueue
    let feeds: Feeds
    let processor: MessageProcessor
    private let agents: AgentSockets
    private let logger: Logger
    private let state = Mutex(State())

    package init(store: Store, configuration: WebSocketConfiguration, agents: AgentSockets, logger: Logger) {
        self.agents = agents
        self.configuration = configuration
        self.logger = logger
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
    /// - Throws: `SERVICE_UNAVAILABLE` or `RATE_LIMIT_EXCEEDED` at the bound of the gateway or of the key.
    func open(_ key: APIKey, on eventLoop: any EventLoop) throws(NovaError) -> Session {
        let (session, count) = try state.withLock { state throws(NovaError) -> (Session, Int) in
            guard state.sessions.count < configuration.maximumSockets else {
                throw NovaError(.serviceUnavailable, "this gateway has no place for another socket", retryAfter: 5)
            }
            guard state.countByKey[key.id, default: 0] < configuration.maximumSocketsPerKey else {
                throw NovaError(
                    .rateLimitExceeded,
                    "the key has \(configuration.maximumSocketsPerKey) sockets open on this gateway",
                    retryAfter: 5
                )
            }
            state.lastID += 1
            let session = Session(id: state.lastID, key: key, eventLoop: eventLoop, configuration: configuration)
            state.sessions[session.id] = session
            state.countByKey[key.id, default: 0] += 1
            return (session, state.sessions.count)
        }
        metrics.open(count)
        return session
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
            return state.sessions.count
        }
        metrics.open(count)
    }
}
