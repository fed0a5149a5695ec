import AsyncHTTPClient
import ChildProcesses
import NIOCore
import NIOHTTP1
import NovaContract
import NovaTestKit
import Testing

/// Where topics are made by hand, and one was forgotten.
@Suite(.timeLimit(.minutes(4))) struct MissingTopicTests {
    private func command(_ program: String, _ cluster: NovaCluster, _ more: [String: String]) throws -> ChildCommand {
        let environment = [
            "NOVA_REDIS_HOST": "127.0.0.1", "NOVA_REDIS_PORT": String(cluster.redis.port),
            "NOVA_KAFKA_BROKERS": cluster.broker.bootstrapServers, "NOVA_PREFIX": cluster.prefix,
            "NOVA_LOG_FORMAT": "json", "NOVA_TOPICS_CREATE": "false",
        ]
        return ChildCommand(executable: try Binaries.path(program), environment: environment.merging(more) { $1 })
    }

    private func readiness(_ port: Int) async throws -> UInt {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/health/ready")
        return try await HTTPClient.shared.execute(request, timeout: .seconds(30)).status.code
    }

    @Test func processesSayThatATopicIsMissingAndGoOnWhenItIsMade() async throws {
        try await NovaCluster.run(ClusterPlan(broker: .noida, gateways: 0, workers: 0)) { cluster in
            let topic = cluster.prefix + ".optimization.commands"
            let (port, healthPort) = (try FreePort.find(), try FreePort.find())
            let gateway = try command(
                "nova-gateway",
                cluster,
                ["NOVA_HTTP_PORT": "\(port)", "NOVA_KEYS_FILE": cluster.keysFile]
            )
            let worker = try command(
                "nova-optimization-worker",
                cluster,
                [
                    "NOVA_HEALTH_PORT": "\(healthPort)",
                    "NOVA_KAFKA_PROPERTIES": "fetch.wait.max.ms=10;session.timeout.ms=6000;heartbeat.interval.ms=500",
                ]
            )
            try await ChildProcess.run(gateway, name: "gateway") { gateway in
                try await ChildProcess.run(worker, name: "worker") { worker in
                    for process in [gateway, worker] {
                        _ = try await process.line(within: .seconds(30)) { line in
                            line.contains(topic) && (line.contains("no topic") || line.contains("UNKNOWN_TOPIC"))
                        }
                    }
                    for port in [port, healthPort] {
                        let status = try await readiness(port)
                        #expect(status == 503)
                    }
                    _ = try await cluster.nova("topics", "create")
                    for (process, role) in [(gateway, "gateway"), (worker, "worker")] {
                        _ = try await process.line(within: .seconds(60)) { LogLine($0)?.message == "\(role) ready" }
                    }
                }
            }
        }
    }
}
