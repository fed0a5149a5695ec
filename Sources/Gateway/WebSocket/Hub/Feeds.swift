import Logging
import NovaContract
import NovaStore
import Synchronization

/// The feeds of this gateway: one for each owner that has subscribed sockets, begun with the first of them and ended
/// after the last.
final class Feeds: Sendable {
    private let store: Store
    private let configuration: WebSocketConfiguration
    private let metrics: WebSocketMetrics
    private let queue: WorkQueue
    private let logger: Logger
    private let feeds = Mutex<[String: Feed]>([:])

    init(
        store: Store,
        configuration: WebSocketConfiguration,
        metrics: WebSocketMetrics,
        queue: WorkQueue,
        logger: Logger
    ) {
        self.store = store
        self.configuration = configuration
        self.metrics = metrics
        self.queue = queue
        self.logger = logger
    }

    /// How many owners are listened to.
    var count: Int { feeds.withLock { $0.count } }

    /// As `Feed.subscribe`.
    func subscribe(
        _ session: Session,
        to subscriptions: [Subscription],
        after: EventID?,
        ref: String?
    ) async throws {
        guard let feed = try enter(session) else { return }
        // Also after an error, and where the session left meanwhile.
        defer { release(session.key.owner) { $0.leaveIfIdle(session) } }
        try await feed.subscribe(session, to: subscriptions, after: after, ref: ref)
    }

    func unsubscribe(_ session: Session, from channels: [String], domain: String?, ref: String?) {
        release(session.key.owner) { state in
            state.remove(session, channels, domain: domain)
            session.offer(ServerMessage.unsubscribed(channels, ref: ref))
            state.leaveIfIdle(session)
        } orElse: {
            session.offer(ServerMessage.unsubscribed(channels, ref: ref))
        }
    }

    /// The session is closed.
    func leave(_ session: Session) { release(session.key.owner) { $0.leave(session) } }

    /// Nil where the session is closed: then it has left, or is about to, and must not enter again.
    private func enter(_ session: Session) throws(NovaError) -> Feed? {
        let owner = session.key.owner
        return try feeds.withLock { feeds throws(NovaError) -> Feed? in
            guard session.isOpen else { return nil }
            let feed: Feed
            if let known = feeds[owner] { feed = known } else { feed = try begin(owner) }
            feeds[owner] = feed
            feed.state.withLock { $0.enter(session) }
            return feed
        }
    }

    private func begin(_ owner: String) throws(NovaError) -> Feed {
        let feed = Feed(
            owner: owner,
            store: store,
            configuration: configuration,
            metrics: metrics,
            logger: logger
        )
        guard queue.submit({ await feed.run() }) else {
            throw NovaError(.serviceUnavailable, "the gateway is stopping", retryAfter: 1)
        }
        return feed
    }

    /// Changes the state of an owner's feed, and ends the feed if nobody is left.
    private func release(
        _ owner: String,
        _ change: (inout FeedState) -> Void,
        orElse: () -> Void = {}
    ) {
        feeds.withLock { feeds in
            guard let feed = feeds[owner] else { return orElse() }
            let isEmpty = feed.state.withLock { state in
                change(&state)
                return state.isEmpty
            }
            guard isEmpty else { return }
            feeds[owner] = nil
            feed.stop()
        }
    }
}
