import ChildProcesses
import EndToEndKit
import FlowPool
import NIOHTTP1
import NovaContract
import NovaTestKit
import RedisClient
import Testing

/// Processes that start on a Redis with flows of an older version, which kept them for all owners of a domain together.
@Suite(.timeLimit(.minutes(4))) struct FlowMigrationTests {
    private static let keys = ["a", "b"].map { TestKey(name: $0, key: "key-of-\($0)") }
    private static let domain = "professional"
    private static let definition: JSONValue = [
        "steps": [
            ["id": "load", "duration": 500], ["id": "train", "duration": 100, "dependencies": ["load"]],
        ]
    ]

    /// As the older version kept it.
    private func keep(_ id: String, in cluster: NovaCluster) async throws {
        let keys = RedisKeys(prefix: cluster.prefix)
        let name = RedisArgument(keys.sharedFlow(id, domain: Self.domain))
        let text = RedisArgument(Self.definition.jsonString)
        try await cluster.redisCommand("HSET", name, "definition", text, "version", "4", "updated", "1700000000000")
        try await cluster.redisCommand("HSET", name, "id", RedisArgument(id), "domain", RedisArgument(Self.domain))
        let marker = RedisArgument(keys.sharedFlowApplied("job", id, domain: Self.domain))
        try await cluster.redisCommand("SET", marker, "[4,1]", "PX", "60000")
    }

    @Test(arguments: [MemberRole.gateway, .worker])
    func aStartIsRefusedWhereNobodyIsNamed(role: MemberRole) async throws {
        try await NovaCluster.run(ClusterPlan(gateways: 0, workers: 0)) { cluster in
            for id in ["nightly", "weekly"] { try await keep(id, in: cluster) }
            try await cluster.withProcess(role) { process in
                let exit = try await process.exit()
                #expect(exit == .exited(78))
                let said = process.lastLines(100).joined(separator: "\n")
                for text in ["migration.flows_owner", "2 flows", "NOVA_MIGRATION_FLOWS_OWNER=", "\"professional\""] {
                    #expect(said.contains(text), "\(text) in \(said)")
                }
            }
        }
    }

    @Test func anOwnerThatIsNoneIsRefused() async throws {
        try await NovaCluster.run(ClusterPlan(gateways: 0, workers: 0)) { cluster in
            let environment = ["NOVA_MIGRATION_FLOWS_OWNER": "two\u{1}lines"]
            try await cluster.withProcess(.worker, environment: environment) { process in
                let exit = try await process.exit()
                #expect(exit == .exited(78))
            }
        }
    }

    /// What agents needed for their steps is known as before: it was kept for each owner already.
    @Test func flowsAndWhatIsKnownOfThemAreTheNamedOwners() async throws {
        let plan = ClusterPlan(
            workers: 0,
            coordinators: 1,
            partitions: 1,
            keys: Self.keys,
            environment: ["NOVA_MIGRATION_FLOWS_OWNER": "a"]
        )
        try await NovaCluster.run(plan) { cluster in
            let a = API(gateway: cluster.gateways[0], key: "key-of-a")
            let b = API(gateway: cluster.gateways[0], key: "key-of-b")
            for number in 0..<5 { try await run(a, number) }
            for id in ["nightly", "weekly"] { try await keep(id, in: cluster) }
            // Two at once.
            try await cluster.withProcess(.worker, name: "worker 1") { first in
                try await cluster.withProcess(.worker, name: "worker 2") { second in
                    _ = try await ClusterMember(first, .worker)
                    _ = try await ClusterMember(second, .worker)
                    let path = "/api/orchestration/flows/nightly"
                    let got = try await a.get(path)
                    #expect(try got.json["version"] == 4 && got.json["steps"]?.arrayValue?.count == 2, "\(got.text)")
                    let foreign = try await b.get(path)
                    #expect(foreign.status == 404)

                    let soon = [("Prefer", "wait=55")]
                    let body: JSONValue = ["parameters": ["durations": "median"]]
                    let optimized = try await a.optimize("nightly", body, headers: soon)
                    #expect(optimized.status == 200, "\(optimized.text)")
                    let analytics = try optimized.json["analytics"]
                    #expect(analytics?["observed_durations"]?["load"]?["runs"] == 5)
                    #expect(try #require(analytics?["makespan"]?.doubleValue) < 500)

                    let put = try await a.send(.PUT, path, Self.definition, headers: soon)
                    #expect(try put.json["version"] == 5 && put.json["status"] == "updated")
                }
            }
        }
    }

    /// A step that an agent did.
    private func run(_ api: API, _ number: Int) async throws {
        let body: JSONValue = [
            "task_id": .string("t\(number)"), "type": "load", "labels": ["flow_id": "nightly", "step": "load"],
        ]
        _ = try await api.done(.POST, "/api/orchestration/tasks", body)
        let task = try #require(try await api.claim("agent", wait: 20).first)
        let token = task["lease"]?["token"] ?? task["token"] ?? .null
        let path = "/api/orchestration/agents/agent/tasks/t\(number)/complete"
        _ = try await api.done(.POST, path, ["token": token, "result": ["ok": true]])
    }
}
