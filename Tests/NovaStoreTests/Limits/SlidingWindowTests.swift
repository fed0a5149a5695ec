import ChildProcesses
import NovaContract
import NovaPools
import NovaStore
import NovaTestKit
import RedisClient
import Testing

/// The sliding window against an exact log, with a clock that the test turns.
///
/// Redis forgets an unused window by its own clock: windows of a minute and more outlive the test.
@Suite(.timeLimit(.minutes(2)))
struct SlidingWindowTests {
    /// Arrivals of different kinds: in bursts, about as fast as the limit allows, around the ends of slots, with pauses.
    private static func arrivals(limit: Int, window: Int64, using random: inout some RandomNumberGenerator) -> [Int64] {
        let pace = max(1, window / Int64(limit))
        var now = Int64.random(in: 1_700_000_000_000...1_700_000_100_000, using: &random)
        return (0..<1_500).map { _ in
            switch Int.random(in: 0..<200, using: &random) {
            case 0: now += Int64.random(in: 0...window * 2, using: &random)
            case 1...20: now += max(1, window / 60)
            case 21...120: now += Int64.random(in: 0...pace * 2, using: &random)
            default: now += Int64.random(in: 0...pace / 5, using: &random)
            }
            return now
        }
    }

    @Test(arguments: [(1, 60_000), (5, 60_000), (20, 77_777), (100, 60_000), (10, 61_001), (7, 3_600_000)])
    func `Never more than the limit in any window, and never a refusal that an exact log of 61/60 would not make`(
        limit: Int,
        window: Int64
    ) async throws {
        try await withStore { store in
            var random = SystemRandomNumberGenerator()
            let budget = Budget(name: "b", limit: limit, window: .milliseconds(window))
            let key = Sample.key()
            var admitted: [Int64] = []
            for now in Self.arrivals(limit: limit, window: window, using: &random) {
                let state = try await store.admission.count(budget, key: key, now: now)
                if state.isAdmitted {
                    admitted.append(now)
                    let inWindow = admitted.count { now - $0 < window }
                    #expect(inWindow <= limit)
                    #expect(state.used >= inWindow)
                } else {
                    let inLongerWindow = admitted.count { (now - $0) * 60 <= window * 61 }
                    #expect(inLongerWindow >= limit)
                    #expect(state.remaining == 0)
                }
            }
            #expect(admitted.count > limit)
            #expect(admitted.count < 1_500)
        }
    }

    @Test func `After the reset time that was told, a request is admitted; just before a slot less, none`() async throws
    {
        try await withStore { store in
            let budget = Budget(name: "b", limit: 3, window: .seconds(60))
            let key = Sample.key()
            let begin: Int64 = 1_700_000_000_123
            for offset: Int64 in [0, 10, 20] {
                #expect(try await store.admission.count(budget, key: key, now: begin + offset).isAdmitted)
            }
            let refused = try await store.admission.count(budget, key: key, now: begin + 5_000)
            #expect(!refused.isAdmitted)
            let reset =
                refused.reset.components.seconds * 1_000 + refused.reset.components.attoseconds / 1_000_000_000_000_000
            #expect(
                try await store.admission.count(budget, key: key, now: begin + 5_000 + reset - 1_001).isAdmitted
                    == false
            )
            #expect(try await store.admission.count(budget, key: key, now: begin + 5_000 + reset).isAdmitted)
        }
    }

    @Test func `A clock that goes back admits no more than the limit`() async throws {
        try await withStore { store in
            let budget = Budget(name: "b", limit: 5, window: .seconds(60))
            let key = Sample.key()
            var admitted = 0
            for now in stride(from: Int64(1_700_000_000_000), to: 1_699_999_400_000, by: -6_000) {
                if try await store.admission.count(budget, key: key, now: now).isAdmitted { admitted += 1 }
            }
            #expect(admitted == 5)
        }
    }

    @Test func `Many clients share one limit, budgets and keys do not`() async throws {
        try await withRedis { redis in
            let key = Sample.key()
            let budget = Budget(name: "b", limit: 50, window: .seconds(3_600))
            let keys = RedisKeys(prefix: uniqueName("shared"))
            let admitted = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await withStore(port: redis.port) { own in
                            let store = Store(redis: own.redis, catalog: NovaPools.catalog, keys: keys)
                            var admitted = 0
                            for _ in 0..<40 where try await store.admission.count(budget, key: key).isAdmitted {
                                admitted += 1
                            }
                            return admitted
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(admitted == 50)
            try await withStore(port: redis.port) { own in
                let store = Store(redis: own.redis, catalog: NovaPools.catalog, keys: keys)
                let other = Budget(name: "other", limit: 1, window: .seconds(60))
                let otherBudget = try await store.admission.count(other, key: key)
                let otherKey = try await store.admission.count(budget, key: Sample.key())
                let same = try await store.admission.count(budget, key: key)
                #expect((otherBudget.isAdmitted, otherKey.isAdmitted, same.isAdmitted) == (true, true, false))
            }
        }
    }

    @Test func `A window that nobody uses leaves nothing behind`() async throws {
        try await withStore { store in
            let budget = Budget(name: "b", limit: 5, window: .seconds(60))
            let key = Sample.key()
            _ = try await store.admission.count(budget, key: key)
            let name = store.keys.window("b", keyID: key.id, owner: key.owner)
            let lifetime = try await store.redis.command("PTTL", .init(name)).int ?? 0
            #expect((60_000...62_000).contains(lifetime))
        }
    }
}
