import AsyncPrimitives
import Logging
import NIOCore
import NIOPosix
import NovaContract
import NovaStore
import RedisClient
import ServiceLifecycle
import Synchronization
import WorkPool

/// Wakes the coordinations of this process when one of their parts has ended, whoever ended it.
///
/// A wake that is lost costs time, not correctness: who waits looks again after a while.
final class CoordinationWakes: Service {
    private let store: Store
    private let logger: Logger
    private let listeners = Mutex<[String: [ObjectIdentifier: Listener]]>([:])
    /// After this time it is looked again, whatever was heard.
    static let longestSilence: Duration = .seconds(2)

    init(store: Store, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// One that drives a coordination; a coordination may have two for a while, where its command was delivered twice.
    final class Listener: Sendable {
        private let wake = AsyncSignal()

        fileprivate init() {}

        fileprivate func tell() { wake.signal() }

        /// Returns when a part has ended since the last wait, the time is over, or the task was cancelled.
        func wait(atMost time: Duration) async {
            let left = TimeAmount.milliseconds(max(1, min(time, longestSilence).wholeMilliseconds))
            // Not a sleep: one that is cancelled is remembered until its time.
            let alarm = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: left) { self.tell() }
            defer { alarm.cancel() }
            await wake.wait()
        }
    }

    /// Runs `body` with a listener that misses no end of a part from now on.
    func listening<Result>(
        to id: String,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Listener) async throws -> Result
    ) async rethrows -> Result {
        let listener = Listener()
        listeners.withLock { $0[id, default: [:]][ObjectIdentifier(listener)] = listener }
        defer {
            listeners.withLock {
                $0[id]?[ObjectIdentifier(listener)] = nil
                if $0[id]?.isEmpty == true { $0[id] = nil }
            }
        }
        return try await body(listener)
    }

    private func wake(_ id: String) {
        for listener in listeners.withLock({ $0[id]?.values.map(\.self) ?? [] }) { listener.tell() }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.store.redis.hear(self.store.keys.coordinationChannel, buffer: 16_384) { error in
                self.logger.warning("ends of parts are not heard", metadata: ["error": "\(error)"])
            } _: { event in
                if case .message(_, _, let payload) = event { self.wake(String(decoding: payload, as: UTF8.self)) }
            }
        }
    }
}
