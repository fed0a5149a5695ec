import ChildProcesses
import Logging
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import NovaTestKit
import RedisClient
import Testing

@testable import Gateway
@testable import WorkPool

/// Waiting claims and a real Redis.
///
/// None here asks again by itself: who is not woken waits past the suite's time.
@Suite(.timeLimit(.minutes(1))) struct ClaimHubTests {
    private static func withHub(_ body: (ClaimHub, WorkSpace) async throws -> Void) async throws {
        try await withRedis { server in
            var logger = Logger(label: "claim-hub-tests")
            logger.logLevel = .critical
            let redis = RedisClient(
                configuration: RedisConfiguration(port: server.port),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: logger
            )
            let store = Store(redis: redis, catalog: NovaPools.catalog)
            let hub = ClaimHub(store: store, logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await hub.run() }
                // It wakes all when it begins to hear: from then on nothing is missed.
                let first = hub.enter(owner: "o", domain: "d", agentID: "first")
                await hub.wait(first, atMost: .seconds(3_600))
                hub.leave(first, isServed: false)
                try await body(hub, store.work(owner: "o", domain: "d"))
                group.cancelAll()
            }
            await redis.close()
        }
    }

    private static func make(_ id: String, for agent: String? = nil, in space: WorkSpace) async throws {
        let task = NewTask(id: id, definition: TaskDefinition(type: "t"), assignee: agent)
        _ = try await space.tasks.create([task], by: "tester", jobID: id)
    }

    @Test func aTaskThatIsReadyWakesAClaim() async throws {
        try await Self.withHub { hub, space in
            let ticket = hub.enter(owner: "o", domain: "d", agentID: "a")
            async let woken: Void = hub.wait(ticket, atMost: .seconds(3_600))
            try await Self.make("t", in: space)
            await woken
            #expect(try await space.tasks.claim(agentID: "a", maximum: 1, lease: nil).map(\.id) == ["t"])
        }
    }

    @Test func aTaskInAQueueWakesItsAgent() async throws {
        try await Self.withHub { hub, space in
            let ticket = hub.enter(owner: "o", domain: "d", agentID: "a")
            async let woken: Void = hub.wait(ticket, atMost: .seconds(3_600))
            try await Self.make("t", for: "a", in: space)
            await woken
            #expect(try await space.tasks.claim(agentID: "a", maximum: 1, lease: nil).map(\.id) == ["t"])
        }
    }

    @Test func theCloseWakesAll() async throws {
        try await Self.withHub { hub, _ in
            let ticket = hub.enter(owner: "o", domain: "d", agentID: "a")
            async let woken: Void = hub.wait(ticket, atMost: .seconds(3_600))
            hub.close()
            await woken
            #expect(hub.isClosed)
        }
    }
}
