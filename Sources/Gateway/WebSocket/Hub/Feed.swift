import AsyncPrimitives
import Logging
import NovaContract
import NovaStore
import RedisClient
import Synchronization

/// The events of one owner: heard over Redis, completed from the log, given to the owner's sockets in order.
///
/// One task runs it while the owner has sockets that are subscribed to something. Nothing it gives out waits for a
/// client.
final class Feed: Sendable {
    let owner: String
    let store: Store
    let configuration: WebSocketConfiguration
    let metrics: WebSocketMetrics
    let logger: Logger
    let state = Mutex(FeedState())
    /// Set when the feed knows where the log is.
    let ready = AsyncEvent()
    let analytics: AnalyticsPush
    private let ended = AsyncEvent()

    init(
        owner: String,
        store: Store,
        configuration: WebSocketConfiguration,
        metrics: WebSocketMetrics,
        logger: Logger
    ) {
        self.owner = owner
        self.store = store
        self.configuration = configuration
        self.metrics = metrics
        self.logger = logger
        analytics = AnalyticsPush(owner: owner, store: store, logger: logger)
    }

    /// Nobody needs it any more.
    func stop() { ended.set() }

    /// Hears and gives out until `stop()` or cancellation.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.follow() }
            group.addTask {
                await self.analytics.run { change in self.state.withLock { $0.listeners(to: change) } }
            }
            group.addTask {
                // Cancelled or set: the feed ends either way.
                do { try await self.ended.wait() } catch {}
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func follow() async {
        let channel = store.keys.eventChannel(owner: owner)
        await store.redis.hear(channel, buffer: configuration.feedBuffer, backoff: .eventFeed) { error in
            logger.warning("events are not heard", metadata: ["owner": "\(owner)", "error": "\(error)"])
        } _: { event in
            switch event {
            case .subscribed:
                try await synchronize()
            case .interrupted(let reason):
                logger.info("events are interrupted", metadata: ["owner": "\(owner)", "reason": "\(reason)"])
            case .message(_, _, let payload):
                try await take(payload)
            }
        }
    }
}

extension ExponentialBackoff {
    /// Before an owner's events are heard anew: up to 50 ms at first and 1 s at last, spread, for a gateway has many owners.
    fileprivate static let eventFeed = ExponentialBackoff(
        first: .milliseconds(50),
        maximum: .seconds(1),
        jitter: 0.5...1
    )
}
