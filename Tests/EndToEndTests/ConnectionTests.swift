import ChildProcesses
import EndToEndKit
import Foundation
import NIOCore
import NIOPosix
import NovaContract
import NovaTestKit
import Testing
import WebSocketClient

/// Clients that are slow, many, or wrong on the wire.
@Suite(.timeLimit(.minutes(4))) struct ConnectionTests {
    /// What a server answers to these bytes until it closes the connection or goes silent with a whole head.
    private func exchange(_ text: String, port: Int) async throws -> String {
        let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await client.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var received = ""
            for try await buffer in inbound {
                received += String(buffer: buffer)
                if received.contains("\r\n\r\n") { break }
            }
            return received
        }
    }

    @Test func headersPastTheLimitsAreRefused() async throws {
        try await NovaCluster.run(ClusterPlan(workers: 0)) { cluster in
            let port = cluster.gateways[0].port
            let huge = "GET / HTTP/1.1\r\nHost: x\r\nX-Big: \(String(repeating: "a", count: 200_000))\r\n\r\n"
            let many = "GET / HTTP/1.1\r\nHost: x\r\n" + (0..<5_000).map { "X-\($0): 1\r\n" }.joined() + "\r\n"
            for request in [huge, many] {
                let answer = try await exchange(request, port: port)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"))
            }
            let answer = try await exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n", port: port)
            #expect(answer.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func aClientThatTricklesIsCutOff() async throws {
        let environment = ["NOVA_HTTP_HEADER_TIMEOUT": "1s", "NOVA_HTTP_BODY_TIMEOUT": "1s"]
        try await NovaCluster.run(ClusterPlan(workers: 0, gatewayEnvironment: environment)) { cluster in
            let port = cluster.gateways[0].port
            // A head that never ends, and a body that never comes: each ends by the server's clock, not by ours.
            let head = try await exchange("GET / HTTP/1.1\r\nHost: x\r\n", port: port)
            #expect(head.isEmpty || head.hasPrefix("HTTP/1.1 408"))
            let body = try await exchange(
                "POST /api/orchestration/flows/f/optimize HTTP/1.1\r\nHost: x\r\nX-API-Key: test-key\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
                port: port
            )
            #expect(body.isEmpty || body.hasPrefix("HTTP/1.1 4"))
        }
    }

    @Test func aThousandIdleSocketsCostLittleAndHearEverything() async throws {
        let environment = [
            "NOVA_WEBSOCKET_BUDGET_LIMIT": "100000", "NOVA_WEBSOCKET_MAXIMUM_SOCKETS_PER_KEY": "2000",
        ]
        try await NovaCluster.run(ClusterPlan(gatewayEnvironment: environment)) { cluster in
            let gateway = cluster.gateways[0]
            let before = try gateway.memory("VmRSS")
            let count = 1_000
            let subscribed = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(count))
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<count {
                    group.addTask {
                        // Also where it fails: nobody is to wait for it.
                        defer { subscribed.continuation.yield() }
                        return try await EventStream.open(gateway) { stream in
                            try await stream.subscribe(["jobs"])
                            subscribed.continuation.yield()
                            return try await stream.event("job.completed")["data"]?["job_id"]?.stringValue ?? ""
                        }
                    }
                }
                var ready = subscribed.stream.makeAsyncIterator()
                for _ in 0..<count { _ = await ready.next() }
                let perSocket = (try gateway.memory("VmRSS") - before) / count
                #expect(perSocket < 64 << 10)
                let job = try await API(gateway: gateway).optimize("f").json["job_id"]?.stringValue
                for try await heard in group { #expect(heard == job) }
            }
        }
    }
}
