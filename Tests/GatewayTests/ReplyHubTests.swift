import Logging
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import RedisClient
import Testing

@testable import Gateway

@Suite("Reply hub", .timeLimit(.minutes(1)))
struct ReplyHubTests {
    /// Nothing listens on port 1: what is looked up in Redis is not known.
    private func hub(capacity: Int = 1_000) -> ReplyHub {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var configuration = RedisConfiguration(port: 1)
        configuration.connectTimeout = .milliseconds(50)
        let redis = RedisClient(
            configuration: configuration,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        return ReplyHub(
            gatewayID: "test",
            store: Store(redis: redis, catalog: NovaPools.catalog),
            capacity: capacity,
            logger: logger
        )
    }

    @Test("replies, cancellations and the stop race; every waiter returns exactly once")
    func races() async throws {
        let hub = hub(capacity: 2_000)
        let jobs = (0..<600).map { "job-\($0)" }
        let deadline = ContinuousClock.now + .seconds(30)
        let answered = await withTaskGroup(of: Bool.self) { group in
            for (index, job) in jobs.enumerated() {
                group.addTask {
                    guard let waiter = hub.register(job, "owner", until: deadline) else { return false }
                    let waiting = Task { await hub.ending(of: waiter) }
                    if index % 3 == 1 { waiting.cancel() }
                    return await waiting.value == .completed(job, result: Array("{}".utf8)[...])
                }
                group.addTask {
                    if index % 3 == 0 { hub.take(job, .completed(job, result: Array("{}".utf8)[...])) }
                    return false
                }
            }
            group.addTask {
                hub.stopWaiting()
                return false
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answered <= 200)
        #expect(hub.waiters == 0)
    }

    @Test("a reply before the wait and one after it are both heard")
    func order() async throws {
        let hub = hub()
        let deadline = ContinuousClock.now + .seconds(30)
        let ending = JobEnding.completed("a", result: Array("{}".utf8)[...])
        let early = try #require(hub.register("a", "owner", until: deadline))
        hub.take("a", ending)
        #expect(await hub.ending(of: early) == ending)
        let late = try #require(hub.register("a", "owner", until: deadline))
        async let heard = hub.ending(of: late)
        hub.take("a", ending)
        #expect(await heard == ending)
        #expect(hub.waiters == 0)
    }

    @Test("after the stop nobody waits")
    func stopped() {
        let hub = hub()
        hub.stopWaiting()
        #expect(hub.register("a", "owner", until: .now + .seconds(30)) == nil)
    }
}
