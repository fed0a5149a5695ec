import ChildProcesses
import NovaContract
import NovaStore
import NovaTestKit
import RedisClient
import Testing

/// Every operation of the store on a Redis that runs as a cluster: a script that is given keys of two slots fails there.
@Suite(.timeLimit(.minutes(2)))
struct ClusterTests {
    private func withClusterStore(_ body: (Store) async throws -> Void) async throws {
        let options = [
            "cluster-enabled": "yes", "cluster-port": String(try FreePort.find()),
            "cluster-require-full-coverage": "no",
        ]
        try await withStore(options: options) { store in
            _ = try await store.redis.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
            while try await store.redis.command("CLUSTER", "INFO").string?.contains("cluster_state:ok") != true {
                try Task.checkCancellation()
            }
            try await body(store)
        }
    }

    @Test func `The cluster refuses keys of two slots, and accepts all that the store does`() async throws {
        try await withClusterStore { store in
            await #expect(throws: RedisError.self) { _ = try await store.redis.command("MGET", "a", "b") }

            // An id that tries to end the hash tag.
            let entity = "}x{y}:%"
            let claim = IdempotencyClaim(digest: "digest", fingerprint: "fingerprint")
            let owner = "o{w}:ner"
            let command = Sample.command(entity: entity, owner: owner, replyTo: "gateway")
            let key = Sample.key(owner: owner)
            let budget = Sample.budget

            #expect(try await store.admission.count(budget, key: key).isAdmitted)
            guard case .admitted = try await store.admit(command, claim),
                case .repeated = try await store.admit(Sample.command(owner: owner, replyTo: "other"), claim)
            else {
                Issue.record("not admitted")
                return
            }
            let attempt = try await store.begin(command)
            #expect(attempt.number == 1)
            #expect(
                try await store.jobs.progress(command, run: "r", fraction: 0.1, message: "", details: .null) == .told
            )
            let record = try #require(try await store.jobs.get(command.jobID, owner: owner))
            #expect(try await store.jobs.cancel(record, owner: owner) == .requested)
            #expect(try await store.jobs.complete(command, run: "r", Sample.completion()) == .applied)
            #expect(try await store.jobs.list(owner: owner, cursor: nil, limit: 5) { _ in true }.jobs.count == 1)
            let begin = try #require(EventID("0-0"))
            #expect(try await store.events.events(owner: owner, after: begin, count: 9).count == 3)
            #expect(try await store.counters.get("flow", entity, domain: "professional", owner: owner).completed == 1)

            let withdrawn = Sample.command(owner: owner)
            try await store.admit(withdrawn)
            try await store.admission.withdraw(withdrawn, idempotency: nil, error: NovaError(.serviceError, "x"))

            let flow = FlowDefinition(steps: [.init(id: "a", duration: 1)], capacity: ["cpu": 2])
            _ = try await store.flows.put(entity, domain: "d", definition: flow, jobID: "1")
            #expect(try await store.flows.get(entity, domain: "d")?.definition == flow)

            try await store.apiKeys.put(key)
            #expect(try await store.apiKeys.rotate(id: key.id, grace: .seconds(1)) != nil)
            #expect(try await store.apiKeys.revoke(id: key.id))
            #expect(try await store.apiKeys.list().count == 1)
            let ticket = try await store.tickets.issue(keyHash: "h", lifetime: .seconds(1))
            #expect(try await store.tickets.redeem(ticket) == "h")
        }
    }

    @Test(arguments: ["alice", "{", "}", "a}b{c", "a:b", "%7D", "", "ünïcode"])
    func `All names of one owner have one hash tag, and no two owners share it`(owner: String) {
        let keys = RedisKeys()
        let names = [
            keys.job("j", owner: owner), keys.jobs(owner: owner), keys.idempotency("d", owner: owner),
            keys.window("b", keyID: "k}{", owner: owner), keys.events(owner: owner), keys.eventClock(owner: owner),
            keys.counters("flow", "}{", domain: "{d}", owner: owner),
        ]
        #expect(Set(names.map(hashTag)).count == 1)
        #expect(hashTag(names[0]) != hashTag(keys.jobs(owner: owner + "x")))
        #expect(Set(names).count == names.count)
    }

    /// As Redis Cluster finds it: between the first brace and the next closing one, unless that is empty.
    private func hashTag(_ name: String) -> String {
        guard let open = name.firstIndex(of: "{"), let close = name[open...].firstIndex(of: "}") else { return name }
        let tag = name[name.index(after: open)..<close]
        return tag.isEmpty ? name : String(tag)
    }
}
