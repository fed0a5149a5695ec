import ChildProcesses
import EndToEndKit
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing
import WebSocketClient

/// Limits, keys and domains across gateways.
@Suite(.timeLimit(.minutes(4))) struct LimitTests {
    @Test func twoGatewaysShareOneLimit() async throws {
        let keys = [TestKey(limit: 30)]
        try await NovaCluster.run(ClusterPlan(gateways: 2, workers: 0, keys: keys)) { cluster in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<90 {
                    let api = API(gateway: cluster.gateways[number % 2])
                    group.addTask { try await api.get("/api/jobs").status }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [200: 30, 429: 60])
        }
    }

    @Test func aRevokedKeyStopsEverywhereAtOnceSocketsIncluded() async throws {
        try await NovaCluster.run(ClusterPlan(gateways: 2, workers: 0)) { cluster in
            let apis = cluster.gateways.map { API(gateway: $0) }
            for api in apis {
                let answer = try await api.get("/api/jobs")
                #expect(answer.status == 200)
            }
            try await EventStream.open(cluster.gateways[1]) { stream in
                try await stream.subscribe(["jobs"])
                let list = try await cluster.nova("keys", "list", "--json")
                let keys = try #require(
                    try JSONValue(parsing: list).arrayValue ?? JSONValue(parsing: list)["keys"]?.arrayValue
                )
                let id = try #require(keys.first?["id"]?.stringValue)
                _ = try await cluster.nova("keys", "revoke", id)
                // The socket is closed because of the key, which is the signal that the gateway has heard.
                let closed = try await stream.closeCode()
                #expect(closed == 1_008)
            }
            let second = try await apis[1].get("/api/jobs")
            #expect(second.status == 401)
            let first = try await apis[0].get("/api/jobs")
            #expect(first.status == 401)
        }
    }

    @Test func aCreatedKeyWorksAndARotatedOneIsReplaced() async throws {
        try await NovaCluster.run(ClusterPlan(workers: 0)) { cluster in
            let made = try JSONValue(
                parsing: await cluster.nova("keys", "create", "ci", "--permissions", "read", "--json")
            )
            let secret = try #require(made["secret"]?.stringValue ?? made["key"]?.stringValue)
            let api = API(gateway: cluster.gateways[0], key: secret)
            let readable = try await api.get("/api/jobs")
            #expect(readable.status == 200)
            let notWritable = try await api.optimize("f")
            #expect(notWritable.status == 403)
        }
    }

    @Test func nothingOfADomainIsSeenThroughAnother() async throws {
        let keys = [
            TestKey(),
            TestKey(
                name: "personal",
                key: "personal-key",
                domains: ["personal"],
                defaultDomain: "personal",
                owner: "test"
            ),
        ]
        try await NovaCluster.run(ClusterPlan(keys: keys)) { cluster in
            let all = API(gateway: cluster.gateways[0])
            let narrow = API(gateway: cluster.gateways[0], key: "personal-key")
            _ = try await all.send(.PUT, "/api/orchestration/flows/secret", Sample.flow)
            let foreignFlow = try await narrow.get("/api/orchestration/flows/secret")
            #expect(foreignFlow.status == 404)
            // The same owner, but the key may not touch the domain: neither jobs nor events of it.
            let job = try #require(try await all.optimize("secret").json["job_id"]?.stringValue)
            let foreignJob = try await narrow.get("/api/jobs/\(job)")
            #expect(foreignJob.status == 404)
            let listed = try await narrow.get("/api/jobs")
            #expect(try listed.json["jobs"] == [])
            try await EventStream.open(cluster.gateways[0], key: "personal-key") { stream in
                try await stream.subscribe(["jobs"])
                _ = try await all.optimize("secret")
                let own = try await narrow.optimize("mine")
                let event = try await stream.next { $0["type"] == "event" }
                #expect(event["data"]?["subject"] == "mine")
                #expect(own.status == 200)
            }
        }
    }
}
