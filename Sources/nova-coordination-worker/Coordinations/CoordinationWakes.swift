import Logging
import NIOCore
import NIOPosix
import NovaContract
import NovaStore
import RedisClient
import ServiceLifecycle
import Synchronization

/// Wakes the coordinations of this process when one of their parts has ended, whoever ended it.
///
/// A wake that is lost costs time, not correctness: who waits looks again after a while.
final class CoordinationWakes: Service {
    private let store: Store
    private let logger: Logger
    private let listeners = Mutex<[String: AsyncStream<Void>.Continuation]>([:])
    /// After this time it is looked again, whatever was heard.
    static let longestSilence: Duration = .seconds(2)

    init(store: Store, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// From now on the ends of this coordination's parts are heard; to be called before it is looked at.
    func listen(_ id: String) -> AsyncStream<Void> {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        listeners.withLock { $0[id] = wake }
        return wakes
    }

    func stopListening(_ id: String) { listeners.withLock { $0.removeValue(forKey: id) }?.finish() }

    /// Returns when the coordination was woken, the time is over, or the task was cancelled.
    func wait(_ id: String, _ wakes: AsyncStream<Void>, atMost time: Duration) async {
        let left = TimeAmount.milliseconds(max(1, min(time, Self.longestSilence).wholeMilliseconds))
        // Not a sleep: one that is cancelled is remembered until its time.
        let alarm = MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: left) { self.wake(id) }
        defer { alarm.cancel() }
        _ = await wakes.first { true }
    }

    private func wake(_ id: String) { _ = listeners.withLock { $0[id] }?.yield() }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.store.redis.subscribe(to: [self.store.keys.coordinationChannel], buffer: 16_384) {
                        for try await event in $0 {
                            guard case .message(_, _, let payload) = event else { continue }
                            self.wake(String(decoding: payload, as: UTF8.self))
                        }
                    }
                } catch is CancellationError {
                    return
                } catch {
                    self.logger.warning("ends of parts are not heard", metadata: ["error": "\(error)"])
                }
                do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
            }
        }
    }
}
