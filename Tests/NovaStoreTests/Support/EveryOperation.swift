import Allocation
import FlowPool
import Memory
import MemoryPool
import NovaContract
import NovaStore
import RedisClient
import ResourcePool
import Testing
import WorkPool

/// Every operation of the store once, with names that try to end the hash tag.
///
/// A new script belongs here: `SlotTests` fails for one that is not called.
enum EveryOperation {
    private static let entity = "}x{y}:%"
    private static let owner = "o{w}:ner"
    private static let claim = IdempotencyClaim(digest: "digest", fingerprint: "fingerprint")

    static func run(on store: Store) async throws {
        try await admission(store)
        try await job(store)
        try await failingJob(store)
        try await flow(store)
        try await keys(store)
        try await work(store)
        try await pools(store)
        try await memory(store)
    }

    private static func memory(_ store: Store) async throws {
        let space = store.memory(owner: owner, domain: entity)
        let body: JSONValue = ["content": ["text": "x"], "ttl": 1]
        let new = try NewMemories(memoryID: entity, body: body).memories
        #expect(try await space.put(new, most: 9, jobID: entity) == [entity: 1])
        let change = try await space.change(entity, to: new[0].definition, ttl: nil, ifVersion: 1, jobID: "2")
        #expect(change == .done(version: 2))
        #expect(try await space.use([entity, "none"], jobID: "u") == [entity])
        #expect(try await space.raw(after: nil, limit: 9, bytes: 99).elements.map(\.id) == [entity])
        #expect(try await space.oldest(after: nil, limit: 9, bytes: 99).elements.map(\.id) == [entity])
        #expect(try await space.takeConsolidation(for: .seconds(1)))
        var semantic = new[0].definition
        semantic.kind = .semantic
        let made = MemorySpace.Consolidated(
            made: [.init(id: "s" + entity, definition: semantic, version: 0, isMerged: true)],
            seen: [.init(id: entity, version: 2, isGone: true)],
            answer: ["x": 1]
        )
        #expect(try await space.areRaw(try await space.get([entity])))
        #expect(try await space.keep(made, most: 9, jobID: "c") == ["x": 1])
        #expect(try await space.kept(jobID: "c") == ["x": 1])
        #expect(try await space.merged(9, bytes: 99).map(\.id) == ["s" + entity])
        #expect(try await space.forget("s" + entity, ifVersion: nil, jobID: "f") == .done(version: 1))
        #expect(try await space.use([entity], jobID: "v") == [entity])
        #expect(try await space.list(cursor: nil, limit: 9) { _ in true }.elements.map(\.id) == [entity])
        #expect(try await space.scan(after: "0", count: 9).ids == [entity])
        #expect(try await space.embed([], model: entity) == 1)
        #expect(try await space.unembedded(9).map(\.id) == [entity])
        #expect(try await space.embed([.init(id: entity, version: 2, vector: [1, -2])], model: entity) == 0)
        let vectors = try await space.read([entity], vectorsOf: entity, most: 1, bytes: 1) { $1 }.made
        #expect(vectors == [[1, -2]])
        #expect(try await space.embedding()?.pending == 0)
        let place = try await space.newest()
        #expect(try await space.forget(entity, ifVersion: 2, jobID: "3") == .done(version: 2))
        #expect(try await space.changes(after: place)?.ids == [entity])
        #expect(try await space.counts().all == 0)
        #expect(try await space.tick().forgotten == 0)
        #expect(try await store.memorySpaces.all().map(\.domain) == [entity])
    }

    private static func pools(_ store: Store) async throws {
        let space = store.pools(owner: owner, domain: entity)
        let pool = ResourceDefinition(id: entity, capacity: Amount(whole: 2))
        var request = AllocateRequest(wants: [entity: .init(minimum: .zero, maximum: Amount(whole: 1))], ttl: 60)
        request.wait = 60
        let operations: [PoolSpace.Operation] = [
            .declare(pool), .grant(id: entity, requester: entity, request: request, items: [entity: Amount(whole: 1)]),
            .wait(id: "w" + entity, requester: entity, request: request, until: 0),
        ]
        #expect(try await space.commit(operations, version: 0, by: entity, jobID: entity))
        #expect(try await space.look(withHoldings: true, named: [entity]).holdings.count == 1)
        #expect(try await space.tick().timedOut == 1)
        #expect(try await space.end(entity, .release, by: entity, jobID: "1").state == .released)
        #expect(try await store.poolSpaces.all().map(\.domain) == [entity])
    }

    private static func work(_ store: Store) async throws {
        let work = store.work(owner: owner, domain: entity)
        try await work.make(entity, ["retries": 1])
        try await work.register(entity, ["capacity": 2])
        let held = try #require(try await work.claim(entity).first)
        #expect(try await work.tasks.renew(agentID: entity, nil).held.count == 1)
        #expect(try await work.finish(held, .release).state == .ready)
        let pairing = [TaskPairing(taskID: entity, agentID: entity)]
        #expect(try await work.assign(pairing, isPinned: false, by: entity, jobID: entity) == [nil])
        #expect(try await work.change(entity, ["status": "ready"]).state == .ready)
        #expect(try await work.look().tasks.count == 1)
        _ = try await work.tick()
        _ = try await work.tasks.delete(entity, ifVersion: nil, by: entity, why: entity, jobID: "1")
        let deletion = try await work.tasks.delete(
            entity,
            ifVersion: nil,
            purges: true,
            by: entity,
            why: entity,
            jobID: "2"
        )
        #expect(deletion == .deleted)
        let step = CoordinationStep(id: entity, version: 0, status: "s", state: [:], messages: [[:]], event: nil)
        #expect(try await work.coordinations.save(step, by: entity) == 1)
        #expect(try await store.workSpaces.all().map(\.domain) == [entity])
        #expect(try await store.modelRates.take(entity, limit: 1) == .zero)
        #expect(try await store.modelRates.take(entity, limit: 1) > .zero)
    }

    private static func admission(_ store: Store) async throws {
        #expect(try await store.admission.count(Sample.budget, key: Sample.key(owner: owner)).isAdmitted)
        let command = Sample.command(entity: entity, owner: owner, replyTo: "gateway")
        guard case .admitted = try await store.admit(command, claim),
            case .repeated = try await store.admit(Sample.command(owner: owner, replyTo: "other"), claim)
        else {
            Issue.record("not admitted")
            return
        }
        // Its record gone, it is made anew.
        _ = try await store.redis.command("DEL", RedisArgument(store.keys.job(command.jobID, owner: owner)))
        guard case .repeated = try await store.admit(Sample.command(owner: owner), claim) else {
            Issue.record("not repeated")
            return
        }
        let withdrawn = Sample.command(owner: owner)
        try await store.admit(withdrawn)
        let error = NovaError(.serviceError, "x")
        #expect(try await store.admission.withdraw(withdrawn, idempotency: nil, error: error) == .withdrawn)
    }

    private static func job(_ store: Store) async throws {
        let command = Sample.command(entity: entity, owner: owner, replyTo: "gateway")
        try await store.admit(command)
        let handedBack = try await store.begin(command, run: "1")
        #expect(try await store.jobs.handBack(command, handedBack))
        let later = NovaError(.serviceUnavailable, "not now")
        let first = try await store.begin(command, run: "2")
        #expect(try await store.jobs.retry(command, first, due: 0, error: later) == .waiting)
        try await store.begin(command, run: "3")
        #expect(try await store.jobs.mark(command, run: "3", isAlone: false))
        #expect(try await store.jobs.progress(command, run: "3", fraction: 0.1, message: "", details: .null) == .told)
        let record = try #require(try await store.jobs.get(command.jobID, owner: owner))
        #expect(try await store.jobs.cancel(record, owner: owner) == .requested)
        #expect(try await store.jobs.expire(record, owner: owner) == false)
        #expect(try await store.jobs.complete(command, run: "3", Sample.completion()) == .applied)
        try await store.jobs.keepApplied(command)
        let page = try await store.jobs.list(owner: owner, cursor: nil, limit: 5) { $0.state == .completed }
        #expect(page.elements.map(\.id) == [command.jobID])
        let begin = try #require(EventID("0-0"))
        #expect(try await store.events.events(owner: owner, after: begin, count: 9).count == 6)
        let flows = try await store.analytics.ids(.flows, most: 9, domain: "professional", owner: owner)
        #expect(flows.ids == [entity])
        let read = try await store.analytics.read(
            [.flow(entity)],
            .day,
            from: 0,
            through: .max / 2,
            domain: "professional",
            owner: owner
        )
        #expect(read[.flow(entity)]?.first?[.completed] == 1)
        let runs = try await store.analytics.runs(of: [entity], in: entity, domain: "professional", owner: owner)
        #expect(runs.isEmpty)
    }

    private static func failingJob(_ store: Store) async throws {
        let command = Sample.command(entity: entity, owner: owner)
        try await store.admit(command)
        let attempt = try await store.begin(command, run: "1")
        #expect(try await store.jobs.condemn(command, attempt, NovaError(.serviceError, "x")) == .condemned)
        #expect(try await store.jobs.complete(command, run: "1", Sample.failure()) == .applied)
    }

    private static func flow(_ store: Store) async throws {
        let flow = FlowDefinition(steps: [.init(id: "a", duration: 1)], capacity: ["cpu": .init(2)])
        let flows = store.flows(owner: owner, domain: "d")
        _ = try await flows.put(entity, definition: flow, jobID: "1")
        #expect(try await flows.get(entity)?.definition == flow)
        _ = try await store.redis.command(
            "HSET",
            RedisArgument(store.keys.sharedFlow("old" + entity, domain: "d")),
            "definition",
            RedisArgument(flow.json.jsonString),
            "version",
            "3"
        )
        #expect(try await store.flowMigration.run(owner: owner) == 1)
        #expect(try await flows.get("old" + entity)?.version == 3)
    }

    private static func keys(_ store: Store) async throws {
        let key = Sample.key(owner: owner)
        try await store.apiKeys.put(key)
        #expect(try await store.apiKeys.rotate(id: key.id, grace: .seconds(1)) != nil)
        #expect(try await store.apiKeys.revoke(id: key.id))
        #expect(try await store.apiKeys.list().count == 1)
        let file = KeysFile(origin: entity, keys: [Sample.key(owner: owner, origin: entity)])
        #expect(try await store.apiKeys.obey(file).added.count == 1)
        let ticket = try await store.tickets.issue(keyHash: "h", lifetime: .seconds(1))
        #expect(try await store.tickets.redeem(ticket) == "h")
    }
}
