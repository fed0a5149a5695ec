import AsyncPrimitives
import Logging
import NIOCore
import NovaContract
import NovaStore
import Synchronization

/// Tells an owner's sockets that are subscribed to analytics what has changed, each of them at most once a second.
final class AnalyticsPush: Sendable {
    struct Change: Hashable, Sendable {
        let channel: String
        let domain: String
    }

    private let owner: String
    private let service: AnalyticsService
    private let logger: Logger
    private let changes = Mutex<Set<Change>>([])
    private let marked = AsyncSignal()

    static let interval = Duration.seconds(1)

    init(owner: String, store: Store, logger: Logger) {
        self.owner = owner
        service = AnalyticsService(store: store)
        self.logger = logger
    }

    /// Returns at once.
    func mark(_ changed: some Sequence<Change>) {
        let isNew = changes.withLock { changes in
            let before = changes.count
            changes.formUnion(changed)
            return changes.count > before
        }
        if isNew { marked.signal() }
    }

    /// Works until it is cancelled.
    ///
    /// - Parameter listeners: who hears of a change.
    func run(_ listeners: @Sendable (Change) -> [Session]) async {
        for await _ in marked {
            let changed = changes.withLock { changes in
                defer { changes = [] }
                return changes
            }
            for change in changed { await tell(change, listeners(change)) }
            // What changes meanwhile is told together, afterwards; cut short only by the end of the task.
            do { try await Task.sleep(for: Self.interval) } catch { return }
        }
    }

    private func tell(_ change: Change, _ sessions: [Session]) async {
        guard !sessions.isEmpty, let scope = AnalyticsScope(channel: change.channel) else { return }
        do {
            let update = try await service.latest(scope, domain: change.domain, owner: owner)
            let text = ServerMessage.analytics(update, channel: change.channel)
            for session in sessions { session.offer(text) }
        } catch is CancellationError {
            return
        } catch {
            // It has changed all the same: it is told with the next signal, which this one is.
            logger.warning("analytics cannot be read", metadata: ["owner": "\(owner)", "error": "\(error)"])
            mark([change])
        }
    }
}
