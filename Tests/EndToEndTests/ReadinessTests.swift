import AsyncHTTPClient
import ChildProcesses
import EndToEndKit
import NIOCore
import NIOHTTP1
import NovaContract
import NovaTestKit
import RedisClient
import Testing

/// Readiness asks what requests ask: whether Redis takes writes.
@Suite(.timeLimit(.minutes(4))) struct ReadinessTests {
    /// A state in which Redis answers, and refuses writes.
    private struct Refusal {
        let commands: [[RedisArgument]]
        let undo: [[RedisArgument]]
        let sentence: String
    }

    private static let refusals = [
        Refusal(
            commands: [["REPLICAOF", "127.0.0.1", "1"]],
            undo: [["REPLICAOF", "NO", "ONE"]],
            sentence: "the store refuses writes: it is a read-only replica"
        ),
        Refusal(
            commands: [["CONFIG", "SET", "maxmemory-policy", "noeviction"], ["CONFIG", "SET", "maxmemory", "1"]],
            undo: [["CONFIG", "SET", "maxmemory", "0"]],
            sentence: "the store refuses writes: its memory is full (maxmemory)"
        ),
        Refusal(
            commands: [["CONFIG", "SET", "min-replicas-to-write", "1"]],
            undo: [["CONFIG", "SET", "min-replicas-to-write", "0"]],
            sentence: "the store refuses writes: too few replicas are connected (min-replicas-to-write)"
        ),
    ]

    /// Asks until the answer has this status.
    private func ready(_ api: API, _ status: Int) async throws -> JSONValue {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let answer = try await api.get("/health/ready")
            if answer.status == status { return try answer.json }
            try #require(ContinuousClock.now < deadline, "\(answer.text)")
        }
    }

    @Test func aStoreThatRefusesWritesIsDownAndSaysWhy() async throws {
        let keys = [TestKey(), TestKey(name: "operator", key: "operator-key", permissions: ["admin"])]
        let plan = ClusterPlan(keys: keys, gatewayEnvironment: ["NOVA_HEALTH_PORT": "0"])
        try await NovaCluster.run(plan) { cluster in
            let gateway = cluster.gateways[0]
            let (api, anybody) = (API(gateway: gateway), API(gateway: gateway, key: nil))
            let admin = API(gateway: gateway, key: "operator-key")
            let worker = API(gateway: cluster.workers[0], key: nil)
            let line = try await gateway.process.line { LogLine($0)?.message == "health port open" }
            let port = try #require(LogLine(line)?["port"])
            for refusal in Self.refusals {
                // Known as good before, so that it is known while Redis refuses.
                #expect(try await admin.get("/metrics").status == 200)
                for command in refusal.commands { try await cluster.redisCommand(command) }
                let told = try await ready(anybody, 503)
                #expect(told["dependencies"]?["redis"] == ["status": "down"])
                #expect(told["dependencies"]?["kafka"] == ["status": "up"])
                #expect(try await ready(admin, 503)["dependencies"]?["redis"]?["detail"] == .string(refusal.sentence))
                #expect(try await ready(worker, 503)["dependencies"]?["redis"]?["detail"] == .string(refusal.sentence))
                let own = HTTPClientRequest(url: "http://127.0.0.1:\(port)/health/ready")
                let body = try await HTTPClient.shared.execute(own, timeout: .seconds(30)).body.collect(upTo: 65_536)
                #expect(String(buffer: body).contains(refusal.sentence))
                let answer = try await api.optimize("f")
                #expect(answer.status == 503)
                #expect(answer.text.contains(refusal.sentence), "\(answer.text)")
                for command in refusal.undo { try await cluster.redisCommand(command) }
                #expect(try await ready(anybody, 200)["status"] == "ready")
            }
        }
    }

    @Test func figuresAreForOperatorsOrOnTheHealthPort() async throws {
        let keys = [TestKey(), TestKey(name: "operator", key: "operator-key", permissions: ["admin"])]
        let plan = ClusterPlan(workers: 0, keys: keys, gatewayEnvironment: ["NOVA_HEALTH_PORT": "0"])
        try await NovaCluster.run(plan) { cluster in
            let gateway = cluster.gateways[0]
            #expect(try await API(gateway: gateway, key: nil).get("/metrics").status == 401)
            #expect(try await API(gateway: gateway, key: "wrong").get("/metrics").status == 401)
            #expect(try await API(gateway: gateway).get("/metrics").status == 403)
            let figures = try await API(gateway: gateway, key: "operator-key").get("/metrics")
            #expect(figures.status == 200)
            #expect(figures.text.contains("nova_http_requests_total"))
            let line = try await gateway.process.line { LogLine($0)?.message == "health port open" }
            let port = try #require(LogLine(line)?["port"])
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/metrics")
            let status = try await HTTPClient.shared.execute(request, timeout: .seconds(30)).status
            #expect(status.code == 200)
        }
    }
}
