import Allocation
import Memory
import MemoryPool
import NovaContract
import RedisClient
import ResourcePool
import Testing
import WorkPool

@testable import FlowPool
@testable import NovaStore

/// While a script runs, Redis does nothing else for anybody: what each has to do is bounded, also in the largest state that the
/// bounds allow.
@Suite(.timeLimit(.minutes(3)), .serialized) struct ScriptWorkTests {
    @Test func noScriptHasMoreToDoThanItsHeadSays() async throws {
        try await withStore { store in
            let meter = try ScriptMeter(store.redis)
            try await Self.manyNeeds(store, meter)
            try await Self.manyDependencies(store, meter)
            try await Self.longQueues(store, meter)
            try await Self.manyLeases(store, meter)
            try await Self.coordination(store, meter)
            try await Self.pools(store, meter)
            try await Self.memories(store, meter)
            try await Self.jobs(store, meter)
            try await Self.analytics(store, meter)
            try await Self.starts(store, meter)
            for script in try ScriptMeter.scripts() {
                #expect(meter.measured.contains(script.name), "\(script.name) has no case here: add its largest one")
            }
        }
    }

    private static func batch(_ prefix: String, _ count: Int, _ members: (Int) -> JSONObject = { _ in [:] }) throws
        -> [NewTask]
    {
        let bodies = (0..<count).map { index -> JSONValue in
            .object(members(index).merging(["type": "t", "task_id": .string("\(prefix)\(index)")]) { $1 })
        }
        return try NewTasks(batchID: "b", body: ["tasks": .array(bodies)], now: 0).tasks
    }

    /// As many sets of capabilities as an owner may have, and somebody who can do hardly anything of it.
    private static func manyNeeds(_ store: Store, _ meter: ScriptMeter) async throws {
        let work = store.work(owner: "needs", domain: "d")
        let capabilities = (0..<1_000).map { ["capability \($0)", "one of a hundred others that are long enough"] }
        for round in 0..<2 {
            let tasks = try batch("n\(round).", 1_000) { ["capabilities": JSONValue(capabilities[$0])] }
            _ = try await meter.measure("task-create") {
                try await work.tasks.create(tasks, by: "t", jobID: UUIDv7.make())
            }
        }
        await #expect(throws: NovaError.self) { try await work.make("more", ["capabilities": ["another"]]) }
        let able = (0..<99).map { "capability \($0)" } + ["one of a hundred others that are long enough"]
        try await work.register("able", ["capabilities": JSONValue(able), "capacity": 1_000])
        let given = try await meter.measure("task-claim") { try await work.claim("able", 100) }
        #expect(given.count == 100)
        let nothing = try await meter.measure("task-claim") { try await work.claim("unable") }
        #expect(nothing.isEmpty)
        // The tasks are read besides, 20 at a time.
        let ready = try await meter.measure("work-look", beside: "work-read") { try await work.look(agentIDs: []) }
            .tasks
        #expect(ready.count == 1_000)
    }

    private static func manyDependencies(_ store: Store, _ meter: ScriptMeter) async throws {
        let work = store.work(owner: "dependencies", domain: "d")
        _ = try await work.tasks.create(batch("a", 1_000), by: "t", jobID: "a")
        // Five of the batch before, for each.
        let later = try batch("b", 1_000) { index in
            ["dependencies": JSONValue((0..<5).map { "a\((index * 7 + $0) % 1_000)" })]
        }
        _ = try await meter.measure("task-create") { try await work.tasks.create(later, by: "t", jobID: "b") }
        try await work.make("last")
        let all = JSONValue((0..<1_000).map { "b\($0)" })
        _ = try await meter.measure("task-update", beside: "work-read") {
            try await work.change("last", ["dependencies": all])
        }
        // A parent whose subtasks all wait for the same: one walk.
        try await work.make("parent")
        let subtasks = try batch("s", 1_000) { ["parent_id": "parent", "dependencies": [.string("b\($0)")]] }
        _ = try await meter.measure("task-create") { try await work.tasks.create(subtasks, by: "t", jobID: "s") }
        let deletion = try await meter.measure("task-delete") {
            try await work.tasks.delete("parent", ifVersion: nil, by: "t", why: "x", jobID: "d")
        }
        #expect(deletion == .cancelled(version: 3))
        _ = try await meter.measure("work-tick") { try await work.tick() }
        try await work.tick { try await work.tasks.counts()[.cancelled] == 1_001 }
        // One that a thousand wait for.
        try await work.make("first", ["priority": 5])
        let waiting = try batch("w", 1_000) { _ in ["dependencies": ["first"]] }
        _ = try await work.tasks.create(waiting, by: "t", jobID: "w")
        let held = try #require(try await work.claim("ada").first)
        #expect(held.id == "first")
        _ = try await meter.measure("task-report") { try await work.finish(held, .complete(result: "x")) }
        _ = try await meter.measure("work-tick") { try await work.tick() }
    }

    private static func longQueues(_ store: Store, _ meter: ScriptMeter) async throws {
        let work = store.work(owner: "queues", domain: "d")
        try await work.register("q", ["capabilities": ["x"]])
        var tasks = try batch("q", 1_000) { _ in ["capabilities": ["x"]] }
        for index in tasks.indices { tasks[index].assignee = "q" }
        _ = try await meter.measure("task-create") { try await work.tasks.create(tasks, by: "t", jobID: "1") }
        _ = try await meter.measure("work-read") { try await work.agents.get("q") }
        _ = try await meter.measure("agent-put") { try await work.register("q", ["capabilities": ["y"]]) }
        _ = try await meter.measure("work-tick") { try await work.tick() }
        _ = try await meter.measure("agent-put") {
            try await work.agents.delete("q", ifVersion: nil, by: "t", jobID: "2")
        }
        try await work.tick { try await work.tasks.counts()[.ready] == 1_000 }
        let pairs = (0..<50).map { TaskPairing(taskID: "q\($0)", agentID: "r") }
        _ = try await meter.measure("task-assign") { try await work.assign(pairs, isPinned: true, by: "t", jobID: "3") }
    }

    private static func manyLeases(_ store: Store, _ meter: ScriptMeter) async throws {
        let work = store.work(owner: "leases", domain: "d")
        _ = try await work.tasks.create(batch("l", 1_000), by: "t", jobID: "1")
        try await work.register("h", ["capacity": 1_000])
        for _ in 0..<10 { _ = try await work.claim("h", 100) }
        let renewal = try await meter.measure("task-renew") { try await work.tasks.renew(agentID: "h", nil) }
        #expect(renewal.held.count == 1_000)
        _ = try await meter.measure("work-read") { try await work.agents.get("h") }
        // All are over at once.
        let timers = RedisArgument(store.keys.work(owner: "leases", domain: "d") + ":timers")
        let due = (0..<1_000).flatMap { [RedisArgument("1"), RedisArgument("lease\u{1F}l\($0)")] }
        _ = try await store.redis.command(["ZADD", timers] + due)
        let tick = try await meter.measure("work-tick") { try await work.tick() }
        #expect(tick.done == 50 && tick.isUnfinished)
    }

    private static func coordination(_ store: Store, _ meter: ScriptMeter) async throws {
        let work = store.work(owner: "coordinations", domain: "d")
        let step = CoordinationStep(
            id: "c",
            version: 0,
            status: "running",
            state: [:],
            messages: (0..<1_000).map { ["content": JSONValue($0)] },
            event: "coordination.running"
        )
        _ = try await meter.measure("coordination-save") { try await work.coordinations.save(step, by: "t") }
    }

    private static func pools(_ store: Store, _ meter: ScriptMeter) async throws {
        let space = store.pools(owner: "pools", domain: "d")
        let names = (0..<1_000).map { "pool\($0)" }
        func commit(_ operations: [PoolSpace.Operation]) async throws -> Bool {
            try await space.commit(operations, version: space.look().version, by: "t", jobID: UUIDv7.make())
        }
        for begin in stride(from: 0, to: 1_000, by: 100) {
            let declared = names[begin..<(begin + 100)].map {
                PoolSpace.Operation.declare(ResourceDefinition(id: $0, capacity: Amount(whole: 1_000_000)))
            }
            #expect(try await commit(declared))
        }
        // A hundred pools each, as many as one request may name.
        let want = AllocateRequest.Want(minimum: .zero, maximum: Amount(whole: 1))
        let request = AllocateRequest(
            wants: Dictionary(names.prefix(100).map { ($0, want) }) { $1 },
            ttl: 0.001
        )
        func grants(_ count: Int, _ pools: Int) -> [PoolSpace.Operation] {
            let items = Dictionary(names.prefix(pools).map { ($0, Amount(whole: 1)) }) { $1 }
            return (0..<count).map { _ in .grant(id: UUIDv7.make(), requester: "r", request: request, items: items) }
        }
        #expect(try await commit(grants(1, 100)))
        let large = grants(10, 100)
        let version = try await space.look().version
        let isBooked = try await meter.measure("allocation-commit") {
            try await space.commit(large, version: version, by: "t", jobID: UUIDv7.make())
        }
        #expect(isBooked)
        for _ in 0..<9 { #expect(try await commit(grants(100, 1))) }
        for _ in 0..<9 {
            let waits = (0..<100).map { _ in
                PoolSpace.Operation.wait(id: UUIDv7.make(), requester: "w", request: request, until: 0)
            }
            #expect(try await commit(waits))
        }
        let look = try await meter.measure("allocation-look") { try await space.look(withHoldings: true) }
        #expect(look.holdings.count == 911 && look.queue.count == 900)
        let id = try #require(look.holdings.first { $0.items.count == 100 }?.id)
        _ = try await meter.measure("allocation-end") { try await space.end(id, .release, by: "t", jobID: "e") }
        var tick = try await meter.measure("allocation-tick") { try await space.tick() }
        while tick.isUnfinished { tick = try await space.tick() }
        #expect(try await space.look().allocated.values.allSatisfy { $0 == .zero })
        try await largePools(store, meter)
    }

    /// As much as the pools and the requests of a space may have.
    private static func largePools(_ store: Store, _ meter: ScriptMeter) async throws {
        let space = store.pools(owner: "large pools", domain: "d")
        var definition = ResourceDefinition(id: "p0", capacity: Amount(whole: 1))
        for index in 0..<250 { definition.weights[String(repeating: "x", count: 200) + "\(index)"] = 2 }
        func declared(_ places: Range<Int>) -> [PoolSpace.Operation] {
            places.map { index in
                var pool = ResourceDefinition(id: "p\(index)", capacity: definition.capacity)
                pool.weights = definition.weights
                return .declare(pool)
            }
        }
        let most = store.limits.lookBytes / JSONValue.object(definition.json).jsonBytes.count
        #expect(try await space.commit(declared(0..<(most - 1)), version: 0, by: "t", jobID: "1"))
        try await expectRefusal(.limitReached) {
            _ = try await space.commit(declared(most..<(most + 3)), version: 1, by: "t", jobID: "2")
        }
        let look = try await meter.measure("allocation-look") { try await space.look() }
        #expect(look.pools.count == most - 1)
    }

    private static func memories(_ store: Store, _ meter: ScriptMeter) async throws {
        let space = store.memory(owner: "memories", domain: "d")
        func new(_ prefix: String, _ references: [String] = []) throws -> [NewMemories.New] {
            let bodies = (0..<500).map { index -> JSONValue in
                [
                    "memory_id": .string("\(prefix)\(index)"), "content": ["text": "x"], "ttl": 3_600,
                    "context": ["references": JSONValue(references)],
                ]
            }
            return try NewMemories(batchID: "b", body: ["memories": .array(bodies)]).memories
        }
        for prefix in ["a", "b", "c"] { _ = try await space.put(new(prefix), most: 10_000, jobID: prefix) }
        let known = (0..<100).map { "a\($0)" }
        let referring = try new("d", known)
        _ = try await meter.measure("memory-put") { try await space.put(referring, most: 10_000, jobID: "d") }
        let one = referring[0].definition
        _ = try await meter.measure("memory-change") {
            try await space.change("d0", to: one, ttl: nil, ifVersion: 1, jobID: "e")
        }
        _ = try await meter.measure("memory-use") { try await space.use(known, jobID: "u") }
        _ = try await meter.measure("memory-embed") { try await space.embed([], model: "m") }
        let vectors = (0..<1_000).map { index in
            MemorySpace.Embedded(id: "\(index < 500 ? "a" : "b")\(index % 500)", version: 1, vector: [1, 2])
        }
        _ = try await meter.measure("memory-embed") { try await space.embed(vectors, model: "m") }
        let seen = ["a", "b", "c"].flatMap { prefix in
            (0..<500).map { MemorySpace.Consolidated.Seen(id: "\(prefix)\($0)", version: 1, isGone: true) }
        }
        let made = MemorySpace.Consolidated(made: [], seen: seen, answer: [:])
        _ = try await meter.measure("memory-consolidate") { try await space.keep(made, most: 10_000, jobID: "k") }
        let expiry = RedisArgument(store.keys.memory(owner: "memories", domain: "d") + ":expiry")
        let due = seen.flatMap { [RedisArgument("1"), RedisArgument($0.id)] }
        _ = try await store.redis.command(["ZADD", expiry] + due)
        let tick = try await meter.measure("memory-tick") { try await space.tick() }
        #expect(tick.isUnfinished)
    }

    private static func jobs(_ store: Store, _ meter: ScriptMeter) async throws {
        let key = Sample.key(owner: "alice")
        _ = try await meter.measure("count") { try await store.admission.count(Sample.budget, key: key) }
        _ = try await meter.measure("pace") { try await store.modelRates.take("m", limit: 1) }
        let claim = IdempotencyClaim(digest: "digest", fingerprint: "fingerprint")
        let command = Sample.command(replyTo: "gateway")
        for _ in 0..<2 { _ = try await meter.measure("admit") { try await store.admit(command, claim) } }
        let error = NovaError(.serviceUnavailable, "not now")
        let withdrawn = Sample.command()
        try await store.admit(withdrawn)
        _ = try await meter.measure("withdraw") {
            try await store.admission.withdraw(withdrawn, idempotency: nil, error: error)
        }
        let first = try await meter.measure("start") { try await store.begin(command, run: "1") }
        _ = try await meter.measure("hand-back") { try await store.jobs.handBack(command, first) }
        let second = try await store.begin(command, run: "2")
        _ = try await meter.measure("retry") { try await store.jobs.retry(command, second, due: 0, error: error) }
        try await store.begin(command, run: "3")
        _ = try await meter.measure("mark-alone") { try await store.jobs.mark(command, run: "3", isAlone: true) }
        _ = try await meter.measure("progress") {
            try await store.jobs.progress(command, run: "3", fraction: 0.1, message: "", details: .null)
        }
        let record = try #require(try await store.jobs.get(command.jobID, owner: "alice"))
        _ = try await meter.measure("cancel") { try await store.jobs.cancel(record, owner: "alice") }
        _ = try await meter.measure("expire") { try await store.jobs.expire(record, owner: "alice") }
        // All the others are too old, or too many.
        let jobs = RedisArgument(store.keys.jobs(owner: "alice"))
        for round in 0..<20 {
            let old = (0..<1_000).flatMap { [RedisArgument("1"), RedisArgument("old \(round) \($0)")] }
            _ = try await store.redis.command(["ZADD", jobs] + old)
        }
        _ = try await meter.measure("complete") {
            try await store.jobs.complete(command, run: "3", Sample.completion())
        }
        let listed = Sample.command(owner: "lister")
        try await store.admit(listed)
        _ = try await meter.measure("list-page") {
            try await store.jobs.list(owner: "lister", cursor: nil, limit: 100) { _ in true }
        }
        let failing = Sample.command()
        try await store.admit(failing)
        let attempt = try await store.begin(failing, run: "1")
        _ = try await meter.measure("condemn") { try await store.jobs.condemn(failing, attempt, error) }
    }

    private static func analytics(_ store: Store, _ meter: ScriptMeter) async throws {
        _ = try await meter.measure("analytics-read") {
            try await store.analytics.read(
                (0..<8).map { .flow("f\($0)") },
                .day,
                from: 0,
                through: .max / 2,
                domain: "professional",
                owner: "alice"
            )
        }
        _ = try await meter.measure("analytics-index") {
            try await store.analytics.ids(.flows, most: 1_000, domain: "professional", owner: "alice")
        }
        _ = try await meter.measure("analytics-runs") {
            try await store.analytics.runs(
                of: (0..<16).map { "s\($0)" },
                in: "f",
                domain: "professional",
                owner: "alice"
            )
        }
        let flow = FlowDefinition(steps: [.init(id: "a", duration: 1)], capacity: ["cpu": .init(2)])
        _ = try await meter.measure("flow-store") {
            try await store.flows(owner: "alice", domain: "d").put("f", definition: flow, jobID: "1")
        }
    }

    /// What is called at the start of a process only.
    private static func starts(_ store: Store, _ meter: ScriptMeter) async throws {
        _ = try await meter.measure("flow-adopt") {
            try await store.redis.evaluate(
                FlowScripts.adoptFlow,
                keys: ["{a}:flow", "{a}:names", "{a}:usage"],
                arguments: ["{}", "7", "1", "f", "d", "1000"]
            )
        }
        _ = try await store.redis.command(["HSET", "{a}:old", "version", "1", "updated", "2"])
        _ = try await meter.measure("flow-drop") {
            try await store.redis.evaluate(FlowScripts.dropFlow, keys: ["{a}:old"], arguments: ["1", "2"])
        }
        _ = try await meter.measure("key-replace") {
            try await store.redis.evaluate(StoreScripts.replaceKey, keys: ["{a}:key"], arguments: ["", "{}", "1000"])
        }
    }
}
