import ChildProcesses
import Foundation
import Logging
import Memory
import MemoryIndex
import MemoryPool
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import NovaTestKit
import RedisClient
import Testing

/// A replica is what is in Redis, whatever happens on the way.
@Suite(.timeLimit(.minutes(3))) struct MemoryReplicaTests {
    private static func withSpace(_ body: (MemorySpace, Store) async throws -> Void) async throws {
        try await withRedis { server in
            var logger = Logger(label: "memory-index-tests")
            logger.logLevel = .critical
            let redis = RedisClient(
                configuration: RedisConfiguration(port: server.port, commandDeadline: .seconds(30)),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: logger
            )
            let store = Store(redis: redis, catalog: NovaPools.catalog, keys: RedisKeys(prefix: uniqueName("t")))
            do {
                try await body(store.memory(owner: "o", domain: "d"), store)
            } catch {
                await redis.close()
                throw error
            }
            await redis.close()
        }
    }

    /// Stores memories with these ids, each of which has a word of its own.
    private static func put(_ space: MemorySpace, _ ids: some Sequence<Int>, _ text: String = "zebra") async throws {
        let all = Array(ids)
        for begin in stride(from: 0, to: all.count, by: 500) {
            let some = all[begin..<min(begin + 500, all.count)].map { id -> JSONValue in
                ["memory_id": .string("m\(id)"), "content": ["text": .string("\(text) number\(id)")]]
            }
            let new = try NewMemories(batchID: "b", body: ["memories": .array(some)])
            _ = try await space.put(new.memories, most: 1_000_000, jobID: UUIDv7.make())
        }
    }

    private static func find(_ replica: MemoryReplica, _ text: String, vector: [Float]? = nil) async throws
        -> MemorySearch.Found
    {
        let query = try MemoryQuery(body: ["content": ["q": .string(text)]])
        return try await replica.run(MemorySearch(query, vector: vector, now: Timestamp.milliseconds()))
    }

    private static func ids(_ replica: MemoryReplica, _ text: String) async throws -> [String] {
        try await find(replica, text).matches.map(\.id)
    }

    @Test func itFollowsWhatIsStoredChangedAndForgotten() async throws {
        try await Self.withSpace { space, _ in
            let replica = try MemoryReplica(space, model: nil)
            try await replica.synchronize()
            #expect(try await Self.find(replica, "zebra").memories == 0)
            try await Self.put(space, 0..<1_200)
            try await replica.synchronize()
            #expect(try await Self.find(replica, "zebra").memories == 1_200)
            #expect(try await Self.ids(replica, "number777") == ["m777"])
            try await Self.put(space, 777...777, "giraffe")
            _ = try await space.forget("m5", ifVersion: nil, jobID: "f")
            try await replica.synchronize()
            #expect(try await Self.ids(replica, "giraffe") == ["m777"])
            #expect(try await Self.ids(replica, "number5") == [])
            #expect(try await Self.find(replica, "zebra").memories == 1_199)
        }
    }

    @Test func whoeverIsCancelledLeavesItWhole() async throws {
        try await Self.withSpace { space, _ in
            try await Self.put(space, 0..<5_000)
            var cancelled = 0
            // Each is cancelled later than the one before: before anything is read, while it is, while it is written.
            for turn in 20..<44 {
                let replica = try MemoryReplica(space, model: nil)
                let task = Task { try await replica.synchronize() }
                for _ in 0..<Int(pow(1.44, Double(turn))) { await Task.yield() }
                task.cancel()
                do { try await task.value } catch is CancellationError { cancelled += 1 }
                try await replica.synchronize()
                #expect(try await Self.find(replica, "zebra").memories == 5_000)
                for id in [0, 2_500, 4_999] { #expect(try await Self.ids(replica, "number\(id)") == ["m\(id)"]) }
            }
            #expect(cancelled > 0)
        }
    }

    /// As values a document has many times the bytes of its text: never many of them at once.
    @Test func largeDocumentsAreReadOneAfterTheOther() async throws {
        try await Self.withSpace { space, _ in
            let ones = JSONValue.array(Array(repeating: 1, count: 500_000))
            for id in 0..<30 {
                let body: JSONValue = ["content": ["a": ones, "text": .string("zebra number\(id)")]]
                let new = try NewMemories(memoryID: "m\(id)", body: body)
                _ = try await space.put(new.memories, most: 100, jobID: "\(id)")
            }
            let replica = try MemoryReplica(space, model: nil)
            // From here on the greatest.
            try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
            let before = try Self.greatest()
            try await replica.synchronize()
            let more = try Self.greatest() - before
            #expect(more < 300, "\(more) MiB more")
            #expect(try await Self.find(replica, "number7").memories == 30)
        }
    }

    /// The most memory that the process had, in MiB.
    private static func greatest() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let match = try #require(status.firstMatch(of: /VmHWM:\s*(\d+) kB/))
        return (Int(match.1) ?? 0) / 1_024
    }

    /// An answer has a bound in bytes: what is beyond it is not read.
    @Test func ofWhatIsFoundNoMoreIsReadThanIsTold() async throws {
        try await Self.withSpace { space, _ in
            for id in 0..<12 {
                let filler = String(repeating: "x", count: 100_000)
                let body: JSONValue = ["content": ["text": .string("zebra number\(id)"), "filler": .string(filler)]]
                let new = try NewMemories(memoryID: "m\(id)", body: body)
                _ = try await space.put(new.memories, most: 100, jobID: "\(id)")
            }
            let replica = try MemoryReplica(space, model: nil)
            try await replica.synchronize()
            let query = try MemoryQuery(body: ["content": ["q": "zebra"], "limit": 12, "diversity": 0])
            let found = try await replica.run(MemorySearch(query, vector: nil, now: Timestamp.milliseconds()))
            #expect(found.matches.count == 12)
            let some = try await found.records(in: space, bytes: 500_000)
            #expect(Set(some.map(\.id)) == Set(found.matches.prefix(4).map(\.id)))
            // The first is told however large it is.
            #expect(try await found.records(in: space, bytes: 1).map(\.id) == [found.matches[0].id])
        }
    }

    @Test func manyAtOnceSeeWhatWasStoredBefore() async throws {
        try await Self.withSpace { space, _ in
            let replica = try MemoryReplica(space, model: nil)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<16 {
                    group.addTask {
                        for round in 0..<10 {
                            let id = writer * 100 + round
                            try await Self.put(space, id...id)
                            try await replica.synchronize()
                            #expect(try await Self.ids(replica, "number\(id)") == ["m\(id)"])
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await Self.find(replica, "zebra").memories == 160)
        }
    }

    @Test func whereTheLogIsGoneEverythingIsReadAnew() async throws {
        try await Self.withSpace { space, store in
            try await Self.put(space, 0..<300)
            let replica = try MemoryReplica(space, model: nil)
            try await replica.synchronize()
            // Trimmed beyond the place of the replica.
            try await Self.put(space, 300..<600)
            let log = RedisArgument(store.keys.memory(owner: "o", domain: "d") + ":log")
            _ = try await store.redis.command("XTRIM", log, "MAXLEN", "10")
            try await replica.synchronize()
            #expect(try await Self.find(replica, "zebra").memories == 600)
            // Lost with everything else, and begun anew with the same numbers.
            _ = try await store.redis.command("FLUSHALL")
            try await replica.synchronize()
            #expect(try await Self.find(replica, "zebra").memories == 0)
            try await Self.put(space, 0..<3, "giraffe")
            try await replica.synchronize()
            #expect(try await Self.find(replica, "giraffe").memories == 3)
            #expect(try await Self.ids(replica, "zebra") == [])
        }
    }

    @Test func vectorsComeAndGoWithTheirMemories() async throws {
        try await Self.withSpace { space, _ in
            try await Self.put(space, 0..<3)
            let replica = try MemoryReplica(space, model: "one")
            try await replica.synchronize()
            #expect(try await Self.find(replica, "x", vector: [1, 0]).comparesMeaning == false)
            let vectors: [[Float]] = [[1, 0], [0, 1], [1, 1]]
            let left = try await space.embed(
                vectors.enumerated().map { .init(id: "m\($0)", version: 1, vector: $1) },
                model: "one"
            )
            #expect(left == 0)
            try await replica.synchronize()
            let found = try await Self.find(replica, "x", vector: [1, 0]).matches
            #expect(found.map(\.id) == ["m0", "m2"] || found.map(\.id) == ["m0", "m2", "m1"])
            #expect(abs((found.first?.cosine ?? 0) - 1) < 1e-5)
            // Another model's vectors are none, and a change of the content has none yet.
            let other = try MemoryReplica(space, model: "two")
            try await other.synchronize()
            #expect(try await Self.find(other, "x", vector: [1, 0]).comparesMeaning == false)
            try await Self.put(space, 0...0, "giraffe")
            try await replica.synchronize()
            let cosines = try await Self.find(replica, "giraffe", vector: [1, 0]).matches.map { ($0.id, $0.cosine) }
            #expect(cosines.contains { $0.0 == "m0" && $0.1 == nil })
        }
    }
}
