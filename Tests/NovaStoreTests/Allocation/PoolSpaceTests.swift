import Allocation
import NovaContract
import NovaStore
import RedisClient
import ResourcePool
import Testing

/// What the scripts of resources promise, whoever calls them and however often.
@Suite(.timeLimit(.minutes(1))) struct PoolSpaceTests {
    private static func request(ttl: Double = 60) -> AllocateRequest { AllocateRequest(wants: [:], ttl: ttl) }

    private static func grant(_ id: String, _ gpu: Int64, ttl: Double = 60, by requester: String = "a")
        -> PoolSpace.Operation
    {
        .grant(id: id, requester: requester, request: request(ttl: ttl), items: ["gpu": Amount(whole: gpu)])
    }

    /// A space with four of `gpu`.
    private static func withSpace(_ body: (PoolSpace) async throws -> Void) async throws {
        try await withStore { store in
            let space = store.pools(owner: "o", domain: "d")
            let pool = ResourceDefinition(id: "gpu", capacity: Amount(whole: 4))
            #expect(try await space.commit([.declare(pool)], version: 0, by: "t", jobID: "0"))
            try await body(space)
        }
    }

    private static func commit(_ space: PoolSpace, _ operations: [PoolSpace.Operation], _ job: String = UUIDv7.make())
        async throws -> Bool
    {
        try await space.commit(operations, version: try await space.look().version, by: "t", jobID: job)
    }

    @Test func whatWasDecidedBySomethingOlderIsNotBooked() async throws {
        try await Self.withSpace { space in
            let version = try await space.look().version
            #expect(try await space.commit([Self.grant("1", 1)], version: version, by: "t", jobID: "1"))
            #expect(try await !space.commit([Self.grant("2", 1)], version: version, by: "t", jobID: "2"))
            // The same job again is the first time's answer, and changes nothing.
            #expect(try await space.commit([Self.grant("1", 1)], version: version, by: "t", jobID: "1"))
            #expect(try await space.look().allocated["gpu"] == Amount(whole: 1))
        }
    }

    @Test func nothingIsGivenThatIsNotThereWhateverWasDecided() async throws {
        try await Self.withSpace { space in
            try await expectRefusal(.serviceError) { _ = try await Self.commit(space, [Self.grant("1", 5)]) }
            try await expectRefusal(.serviceError) {
                _ = try await Self.commit(space, [Self.grant("1", 3), Self.grant("2", 2)])
            }
            // All or nothing.
            let look = try await space.look(withHoldings: true)
            #expect(look.holdings.isEmpty && look.allocated["gpu"] ?? .zero == .zero)
            #expect(try await Self.commit(space, [Self.grant("1", 4)]))
            // What comes back first may be given of in the same step.
            let swap: [PoolSpace.Operation] = [.end("1", .preempted, why: "t"), Self.grant("2", 4, by: "b")]
            #expect(try await Self.commit(space, swap))
            #expect(try await space.look().used["b"] == ["gpu": Amount(whole: 4)])
            #expect(try await space.look(named: ["1"]).named.first?.state == .preempted)
        }
    }

    /// However many notice, a lease comes back once.
    @Test func anExpiredLeaseComesBackOnce() async throws {
        try await Self.withSpace { space in
            #expect(try await Self.commit(space, [Self.grant("1", 2, ttl: 0.001), Self.grant("2", 1)]))
            var expired = 0
            while expired == 0 {
                expired += try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<20 { group.addTask { try await space.tick().expired } }
                    return try await group.reduce(0, +)
                }
            }
            #expect(expired == 1)
            let look = try await space.look(withHoldings: true, named: ["1"])
            #expect(look.allocated["gpu"] == Amount(whole: 1))
            #expect(look.holdings.map(\.id) == ["2"])
            #expect(look.named.first?.state == .expired)
            #expect(look.ends[.expired] == 1)
            #expect(try await space.releases(of: "gpu").map(\.amount) == [2])
            // What has ended is neither given back nor prolonged.
            try await expectRefusal(.conflict) { _ = try await space.end("1", .release, by: "t", jobID: "r") }
            try await expectRefusal(.conflict) { _ = try await space.end("1", .renew(ttl: 5), by: "t", jobID: "n") }
            try await expectRefusal(.resourceNotFound) { _ = try await space.end("x", .release, by: "t", jobID: "x") }
        }
    }

    @Test func aLeaseIsProlongedAndGivenBackOncePerJob() async throws {
        try await Self.withSpace { space in
            #expect(try await Self.commit(space, [Self.grant("1", 2, ttl: 60)]))
            let before = try #require(try await space.look(named: ["1"]).named.first?.expiresAt)
            #expect(try await space.end("1", .renew(ttl: 600), by: "t", jobID: "n").state == .granted)
            let after = try #require(try await space.look(named: ["1"]).named.first?.expiresAt)
            #expect(after > before + 500_000)
            // The same job again, and another one whose client did not hear the answer.
            for job in ["r", "r", "s"] {
                #expect(try await space.end("1", .release, by: "t", jobID: job).state == .released)
            }
            try await expectRefusal(.conflict) { _ = try await space.end("1", .renew(ttl: 5), by: "t", jobID: "m") }
            #expect(try await space.look().allocated["gpu"] == .zero)
        }
    }

    @Test func amountsAreExactHoweverLarge() async throws {
        try await withStore { store in
            let space = store.pools(owner: "o", domain: "d")
            let large = Amount(milli: 8_999_999_999_999_999)
            let pool = ResourceDefinition(id: "bytes", capacity: large)
            #expect(try await Self.commit(space, [.declare(pool)]))
            let most = Amount(milli: 8_999_999_999_999_998)
            let items = ["bytes": most]
            #expect(
                try await Self.commit(space, [.grant(id: "1", requester: "a", request: Self.request(), items: items)])
            )
            let look = try await space.look(withHoldings: true)
            #expect(look.allocated["bytes"] == most)
            #expect(look.holdings.first?.items == items)
            #expect(try await space.end("1", .release, by: "t", jobID: "r").state == .released)
            #expect(try await space.look().allocated["bytes"] == .zero)
        }
    }

    @Test func whoWaitsStandsInTheQueueUntilItsTimeIsOver() async throws {
        try await Self.withSpace { space in
            var request = AllocateRequest(wants: ["gpu": .init(minimum: .zero, maximum: Amount(whole: 9))], ttl: 5)
            request.wait = 5
            request.priority = 4
            let now = try await space.look().now
            let operations: [PoolSpace.Operation] = [
                .wait(id: "soon", requester: "a", request: request, until: now - 1),
                .wait(id: "late", requester: "b", request: request, until: now + 60_000),
            ]
            #expect(try await Self.commit(space, operations))
            #expect(Set(try await space.look().queue.map(\.id)) == ["soon", "late"])
            #expect(try await space.tick().timedOut == 1)
            let queue = try await space.look().queue
            #expect(queue.map(\.id) == ["late"])
            #expect(queue.first?.request == request)
            #expect(try await space.look(named: ["soon"]).named.first?.state == .timedOut)
            #expect(try await space.end("late", .release, by: "t", jobID: "r").state == .released)
            #expect(try await space.look().queue.isEmpty)
        }
    }
}
