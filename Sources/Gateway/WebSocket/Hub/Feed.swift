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
    let ready = Gate()
    let analytics: AnalyticsPush
    private let ended = Gate()

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
    func stop() { ended.open() }

    /// Hears and gives out until `stop()` or cancellation.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.follow() }
            group.addTask {
                await self.analytics.run { change in self.state.withLock { $0.listeners(to: change) } }
            }
            group.addTask {
                // Cancelled or opened: the feed ends either way.
                do { try await self.ended.wait() } catch {}
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func follow() async {
        var pause = Duration.milliseconds(50)
        while !Task.isCancelled {
            do {
                try await hear { pause = .milliseconds(50) }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("events are not heard", metadata: ["owner": "\(owner)", "error": "\(error)"])
            }
            // Cut short by cancellation, which the loop looks at.
            do { try await Task.sleep(for: pause * Double.random(in: 0.5...1)) } catch {}
            pause = min(pause * 2, .seconds(1))
        }
    }

    private func hear(onSubscribed: () -> Void) async throws {
        let channel = store.keys.eventChannel(owner: owner)
        try await store.redis.subscribe(to: [channel], buffer: configuration.feedBuffer) { subscription in
            for try await event in subscription {
                switch event {
                case .subscribed:
                    try await synchronize()
                    onSubscribed()
                case .interrupted(let reason):
                    logger.info("events are interrupted", metadata: ["owner": "\(owner)", "reason": "\(reason)"])
                case .message(_, _, let payload):
                    try await take(payload)
                }
            }
        }
    }
}
