import ChildProcesses
import FlowPool
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
            try await EveryOperation.run(on: store)
        }
    }

    @Test func `The slots that the tests compute are those of the server`() async throws {
        let names = [
            "", "a", "123456789", "{a}b", "a{b}", "{}a", "a{}{b}", "a{b", "a}b{c}", "{{a}}", "{a}{b}", "{ünï}",
            "a\u{0}{b\r\n}",
            RedisKeys().job("j", owner: "o{w}:ner"), RedisKeys().flow("}x{y}:%", owner: "o", domain: "d"),
            RedisKeys().sharedFlow("}x{y}:%", domain: "d"),
        ]
        try await withClusterStore { store in
            for name in names {
                let slot = try await store.redis.command("CLUSTER", "KEYSLOT", RedisArgument(name)).int
                #expect(slot == Int64(hashSlot(Array(name.utf8))), "\(name)")
            }
        }
    }

    @Test(arguments: ["alice", "{", "}", "a}b{c", "a:b", "%7D", "", "ünïcode", "a}\u{301}", "{\u{301}"])
    func `All names of one owner have one hash tag, and no two owners share it`(owner: String) {
        let keys = RedisKeys()
        let names = [
            keys.job("j", owner: owner), keys.jobs(owner: owner), keys.idempotency("d", owner: owner),
            keys.window("b", keyID: "k}{", owner: owner), keys.events(owner: owner), keys.eventClock(owner: owner),
            keys.analytics(owner: owner, domain: "{d}"), keys.flow("f}", owner: owner, domain: "{d}"),
            keys.flowNames(owner: owner), keys.applied("j", of: .optimization, owner: owner, domain: "{d}"),
        ]
        func tag(_ name: String) -> [UInt8] { hashTag(Array(name.utf8)) }
        #expect(Set(names.map(tag)).count == 1)
        #expect(tag(names[0]) != tag(keys.jobs(owner: owner + "x")))
        #expect(Set(names).count == names.count)
    }
}
