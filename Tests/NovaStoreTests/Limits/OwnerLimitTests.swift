import Allocation
import Memory
import MemoryPool
import NovaContract
import NovaStore
import NovaTestKit
import RedisClient
import ResourcePool
import Testing
import WorkPool

/// What an owner may keep, and that it is counted exactly.
@Suite(.timeLimit(.minutes(2))) struct OwnerLimitTests {
    private static func withLimits(
        _ change: (inout OwnerLimits) -> Void,
        _ body: (Store) async throws -> Void
    ) async throws {
        try await withStore { store in
            var store = store
            change(&store.limits)
            try await body(store)
        }
    }

    /// What Redis has counted for the owner, without zeros and the parts of domains.
    private static func usage(_ store: Store, _ owner: String = "o") async throws -> [String: Int] {
        let fields = try await store.redis.command("HGETALL", RedisArgument(store.keys.usage(owner: owner))).array ?? []
        var usage: [String: Int] = [:]
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            guard let name = fields[index].string, let count = fields[index + 1].string.flatMap({ Int($0) }), count != 0
            else { continue }
            if !name.contains("\u{1F}") { usage[name] = count }
        }
        return usage
    }

    @Test func tasksAndNeedsAreBoundedInAllDomainsTogether() async throws {
        try await Self.withLimits({ ($0.tasks, $0.needs) = (3, 2) }) { store in
            let (d, e) = (store.work(owner: "o", domain: "d"), store.work(owner: "o", domain: "e"))
            try await d.make("a", ["capabilities": ["x"]])
            try await e.make("a", ["capabilities": ["y"]])
            try await expectRefusal(.limitReached) { try await e.make("b", ["capabilities": ["z"]]) }
            // One need in place of another.
            _ = try await d.change("a", ["capabilities": ["x", "y"]])
            try await expectRefusal(.limitReached) { try await e.make("b", ["capabilities": ["z"]]) }
            try await e.make("b", ["capabilities": ["y"]])
            try await expectRefusal(.limitReached) { _ = try await e.change("b", ["capabilities": ["z"]]) }
            try await expectRefusal(.limitReached) { try await d.make("b", ["capabilities": ["y"]]) }
            // Another owner has its own.
            try await store.work(owner: "p", domain: "d").make("b")
            // What has ended has no need any more; it is a task until it is forgotten.
            _ = try await e.change("b", ["status": "completed"])
            try await expectRefusal(.limitReached) { try await d.make("b", ["capabilities": ["y"]]) }
            _ = try await e.tasks.delete("b", ifVersion: nil, purges: true, by: "t", why: "", jobID: "1")
            try await d.make("b", ["capabilities": ["x", "y"]])
        }
    }

    /// Each is looked after again and again, for all owners in turn.
    @Test func domainsAreBounded() async throws {
        try await Self.withLimits({ $0.domains = 2 }) { store in
            for domain in ["d", "e", "d"] { try await store.work(owner: "o", domain: domain).register("a") }
            try await expectRefusal(.limitReached) { try await store.work(owner: "o", domain: "f").make("a") }
            try await expectRefusal(.limitReached) { _ = try await store.work(owner: "o", domain: "f").claim("a") }
            try await store.work(owner: "p", domain: "f").make("a")
            #expect(try await store.workSpaces.all().count == 3)
        }
    }

    @Test func agentsAreBoundedHoweverTheyCome() async throws {
        try await Self.withLimits({ $0.agents = 1 }) { store in
            let work = store.work(owner: "o", domain: "d")
            try await work.make("a")
            try await work.register("one")
            try await work.register("one", ["capacity": 2])
            try await expectRefusal(.limitReached) { try await work.register("two") }
            try await expectRefusal(.limitReached) { _ = try await work.claim("two") }
            try await expectRefusal(.limitReached) { try await work.make("b", assignee: "two") }
            #expect(try await work.tasks.renew(agentID: "two", nil).held.isEmpty)
            let pair = [TaskPairing(taskID: "a", agentID: "two")]
            #expect(try await work.assign(pair, isPinned: true, by: "t", jobID: "1") != [nil])
            #expect(try await work.agents.get("two") == nil)
            _ = try await work.agents.delete("one", ifVersion: nil, by: "t", jobID: "2")
            #expect(try await work.claim("two").map(\.id) == ["a"])
        }
    }

    @Test func resourcesAndRequestsAreBounded() async throws {
        try await Self.withLimits({ ($0.resources, $0.waiting, $0.allocations) = (1, 1, 2) }) { store in
            let space = store.pools(owner: "o", domain: "d")
            func commit(_ operation: PoolSpace.Operation) async throws {
                let version = try await space.look().version
                #expect(try await space.commit([operation], version: version, by: "t", jobID: UUIDv7.make()))
            }
            let request = AllocateRequest(wants: [:], ttl: 60)
            func wait(_ id: String) -> PoolSpace.Operation {
                .wait(id: id, requester: "r", request: request, until: Timestamp.milliseconds() + 60_000)
            }
            func grant(_ id: String) -> PoolSpace.Operation {
                .grant(id: id, requester: "r", request: request, items: ["gpu": Amount(whole: 1)])
            }
            try await commit(.declare(ResourceDefinition(id: "gpu", capacity: Amount(whole: 9))))
            let other = ResourceDefinition(id: "cpu", capacity: Amount(whole: 9))
            try await expectRefusal(.limitReached) { try await commit(.declare(other)) }
            try await commit(wait("1"))
            try await expectRefusal(.limitReached) { try await commit(wait("2")) }
            try await commit(grant("3"))
            try await expectRefusal(.limitReached) { try await commit(grant("4")) }
            // One that waits is granted: it was counted.
            try await commit(grant("1"))
            for id in ["1", "3"] { _ = try await space.end(id, .release, by: "t", jobID: id) }
            try await commit(.drop("gpu"))
            #expect(try await Self.usage(store).isEmpty)
        }
    }

    /// What each decision reads: pools, requests that wait, and what is held.
    @Test func whatADomainsPoolsAndRequestsHaveIsBounded() async throws {
        try await Self.withLimits({ $0.lookBytes = 4_096 }) { store in
            let space = store.pools(owner: "o", domain: "d")
            func commit(_ operations: [PoolSpace.Operation]) async throws {
                let version = try await space.look().version
                #expect(try await space.commit(operations, version: version, by: "t", jobID: UUIDv7.make()))
            }
            let name = String(repeating: "x", count: 190)
            func pool(_ id: String, weights count: Int) -> PoolSpace.Operation {
                var pool = ResourceDefinition(id: id, capacity: Amount(whole: 9))
                for index in 0..<count { pool.weights[name + "\(index)"] = 2 }
                return .declare(pool)
            }
            func wait(_ id: String) -> PoolSpace.Operation {
                let want = AllocateRequest.Want(minimum: .zero, maximum: Amount(whole: 1), anyOf: ["gpu", name])
                let request = AllocateRequest(wants: ["gpu": want], ttl: 60)
                return .wait(id: id, requester: "r", request: request, until: Timestamp.milliseconds() + 60_000)
            }
            func looked() async throws -> Int {
                let key = RedisArgument(store.keys.pools(owner: "o", domain: "d") + ":look")
                return Int(try await store.redis.command("GET", key).string ?? "0") ?? 0
            }
            try await commit([pool("gpu", weights: 15)])
            let error = await #expect(throws: NovaError.self) { try await commit([pool("cpu", weights: 5)]) }
            #expect(error?.code == .limitReached)
            #expect(error?.message.contains("allocation.maximum_bytes") == true)
            try await commit([wait("1"), wait("2")])
            try await expectRefusal(.limitReached) { try await commit([wait("3"), wait("4")]) }
            // What becomes less is always taken, and is counted.
            let items = ["gpu": Amount(whole: 1)]
            let grant = PoolSpace.Operation.grant(
                id: "1",
                requester: "r",
                request: AllocateRequest(wants: [:], ttl: 60),
                items: items
            )
            try await commit([grant, pool("gpu", weights: 5)])
            try await commit([pool("cpu", weights: 5)])
            for id in ["1", "2"] { _ = try await space.end(id, .release, by: "t", jobID: id) }
            let left = try await looked()
            let kept = try await space.look().pools.map { JSONValue.object($0.json).jsonBytes.count }
            #expect(left == kept.reduce(0, +))
            // Of a space in which an older Nova did not count, it is counted with the first change.
            _ = try await store.redis.command("DEL", RedisArgument(store.keys.pools(owner: "o", domain: "d") + ":look"))
            try await commit([.drop("cpu")])
            #expect(try await looked() == kept[1])
            try await commit([.drop("gpu")])
            #expect(try await looked() == 0)
        }
    }

    @Test func memoriesAndCoordinationsAreBounded() async throws {
        try await Self.withLimits({ ($0.memories, $0.coordinations) = (1, 1) }) { store in
            let space = store.memory(owner: "o", domain: "d")
            func put(_ id: String, most: Int = 9) async throws {
                let new = try NewMemories(memoryID: id, body: ["content": ["text": "x"]]).memories
                _ = try await space.put(new, most: most, jobID: UUIDv7.make())
            }
            try await put("a")
            try await put("a")
            try await expectRefusal(.limitReached) { try await put("b") }
            try await expectRefusal(.limitReached) { try await put("b", most: 1) }
            _ = try await space.forget("a", ifVersion: nil, jobID: "f")
            try await put("b")
            let work = store.work(owner: "o", domain: "d")
            func step(_ id: String, _ version: Int) -> CoordinationStep {
                CoordinationStep(id: id, version: version, status: "s", state: [:], messages: [], event: nil)
            }
            #expect(try await work.coordinations.save(step("c", 0), by: "t") == 1)
            #expect(try await work.coordinations.save(step("c", 1), by: "t") == 2)
            try await expectRefusal(.limitReached) { _ = try await work.coordinations.save(step("d", 0), by: "t") }
        }
    }

    /// A short outcome is heard all the same, so that no task stays with its agent for ever.
    @Test func bytesAreBounded() async throws {
        try await Self.withLimits({ $0.bytes = 4_096 }) { store in
            let work = store.work(owner: "o", domain: "d")
            let large = JSONValue.string(String(repeating: "x", count: 3_900))
            let many = JSONValue((0..<40).map { String(repeating: "x", count: 100) + "\($0)" })
            try await expectRefusal(.limitReached) { try await work.make("a", ["parameters": ["p": large]]) }
            try await work.make("a")
            try await expectRefusal(.limitReached) { _ = try await work.change("a", ["parameters": ["p": large]]) }
            try await expectRefusal(.limitReached) { try await work.register("x", ["capabilities": many]) }
            let held = try #require(try await work.claim("ada").first)
            try await expectRefusal(.limitReached) { try await work.finish(held, .complete(result: large)) }
            #expect(try await work.finish(held, .complete(result: "short")).state == .completed)
        }
    }

    /// Whatever happens, in whatever order, the counts are those of what is there; nothing is left when all is gone.
    @Test(arguments: 1...3) func countsAreExact(seed: Int) async throws {
        var retention = Retention()
        retention.tasks = .milliseconds(1)
        try await withStore(retention: retention) { store in
            let work = store.work(owner: "o", domain: "d")
            var generator = SplitMix64(seed: UInt64(seed))
            func id(_ prefix: String) -> String { "\(prefix)\(Int.random(in: 0..<6, using: &generator))" }
            for step in 0..<300 {
                do {
                    switch Int.random(in: 0..<9, using: &generator) {
                    case 0, 1: try await work.make(id("t"), ["capabilities": [.string(id("c"))], "retries": 1])
                    case 2:
                        let change: JSONObject = [
                            "capabilities": [.string(id("c"))], "type": .string(id("type")),
                        ]
                        _ = try await work.change(id("t"), change)
                    case 3: try await work.register(id("a"), ["capabilities": JSONValue([id("c"), id("c")])])
                    case 4:
                        for task in try await work.claim(id("a")) {
                            let isDone = Bool.random(using: &generator)
                            let error = TaskReport.Kind.fail(error: ["message": "no"], retry: true)
                            try await work.finish(task, isDone ? .complete(result: .string(id("r"))) : error)
                        }
                    case 5:
                        let purges = Bool.random(using: &generator)
                        _ = try await work.tasks.delete(
                            id("t"),
                            ifVersion: nil,
                            purges: purges,
                            by: "t",
                            why: "x",
                            jobID: "d\(step)"
                        )
                    case 6: _ = try await work.agents.delete(id("a"), ifVersion: nil, by: "t", jobID: "e\(step)")
                    case 7: try await work.make(id("t"), ["parent_id": .string(id("t"))], assignee: id("a"))
                    default: _ = try await work.tick()
                    }
                } catch is NovaError {
                    // It is there already, or not, or has ended: the next step is another one.
                }
            }
            let records = try await work.tasks.summaries((0..<6).map { "t\($0)" })
            let needs = Set(records.filter { !$0.state.isEnd }.map(\.definition.need))
            let usage = try await Self.usage(store)
            #expect(usage["tasks"] ?? 0 == records.count)
            #expect(usage["needs"] ?? 0 == needs.count)
            let agents = try await work.agents.list(cursor: nil, limit: 99) { _ in true }.elements
            #expect(usage["agents"] ?? 0 == agents.count)
            for index in 0..<6 {
                // Some are gone already.
                _ = try? await work.tasks.delete("t\(index)", ifVersion: nil, by: "t", why: "", jobID: "x\(index)")
                _ = try? await work.agents.delete("a\(index)", ifVersion: nil, by: "t", jobID: "z\(index)")
            }
            try await work.tick { try await Self.usage(store).isEmpty }
        }
    }
}
