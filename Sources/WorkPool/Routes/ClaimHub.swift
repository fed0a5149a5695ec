import AsyncPrimitives
package import Logging
import Metrics
import NIOCore
import NIOPosix
import NovaContract
package import NovaStore
import RedisClient
import ServiceLifecycle
import Synchronization

/// Wakes claims that wait when something becomes ready, one at a time.
///
/// What became ready is told over one Redis channel. One waiting claim of its owner and domain is woken; where that one
/// got nothing, it passes the turn on to the next that has waited since before, so that a thousand agents do not all ask
/// for one task. While nothing is heard, claims ask again every few seconds.
package final class ClaimHub: Service {
    private let store: Store
    private let logger: Logger
    private let state = Mutex(ClaimQueue())
    /// Waiting claims ask again after this time, whatever was heard.
    package static let longestSilence: Duration = .seconds(5)

    package init(store: Store, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// A claim that waits, or is about to.
    package struct Ticket: Sendable {
        let id: UInt64
        fileprivate let wake: AsyncSignal
    }

    /// Before the claim asks for the first time, so that nothing that becomes ready meanwhile is missed.
    package func enter(owner: String, domain: String, agentID: String) -> Ticket {
        let wake = AsyncSignal()
        let id = state.withLock { $0.enter(owner: owner, domain: domain, agentID: agentID, wake: wake) }
        return Ticket(id: id, wake: wake)
    }

    /// Hands on what turns the claim had and did not use, also where asking failed or its client went away.
    ///
    /// - Parameter isServed: whether its last asking brought something.
    package func leave(_ ticket: Ticket, isServed: Bool) { state.withLock { $0.leave(ticket.id, isServed: isServed) } }

    /// The claim is about to ask: a turn it was given is used by that.
    package func ask(_ ticket: Ticket) { state.withLock { $0.ask(ticket.id) } }

    /// It got nothing: a turn it used is the next one's.
    package func pass(_ ticket: Ticket) { state.withLock { $0.pass(ticket.id) } }

    /// The claim is to ask again now.
    package func nudge(_ ticket: Ticket) { state.withLock { $0.nudge(ticket.id) } }

    /// Returns when it is the ticket's turn, or the time is over.
    package func wait(_ ticket: Ticket, atMost time: Duration) async {
        guard state.withLock({ $0.rest(ticket.id) }) else { return }
        let left = TimeAmount.milliseconds(max(1, time.wholeMilliseconds))
        // Not a sleep: one that is cancelled is remembered until its time.
        let alarm = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: left) {
            self.state.withLock { $0.wake(ticket.id) }
        }
        defer { alarm.cancel() }
        await ticket.wake.wait()
    }

    /// Wakes all, and lets nobody wait any more: the gateway is stopping.
    package func close() { state.withLock { $0.close() } }

    package var isClosed: Bool { state.withLock(\.isClosed) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.store.redis.hear(self.store.keys.readyChannel, buffer: 16_384) { error in
                self.logger.warning("ready tasks are not heard of", metadata: ["error": "\(error)"])
            } _: { event in
                switch event {
                case .subscribed: self.state.withLock { $0.wakeAll() }
                case .interrupted(let reason):
                    self.logger.warning("ready tasks are not heard of for now", metadata: ["reason": "\(reason)"])
                case .message(_, _, let payload): self.take(payload)
                }
            }
        }
        close()
    }

    private func take(_ payload: [UInt8]) {
        let parts = String(decoding: payload, as: UTF8.self)
            .split(separator: SpaceName.separator, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else {
            logger.error("a message of a ready task could not be read", metadata: ["bytes": "\(payload.count)"])
            return
        }
        state.withLock { $0.ready(owner: parts[0], domain: parts[1], agentID: parts[2].isEmpty ? nil : parts[2]) }
    }
}
