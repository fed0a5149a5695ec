import AsyncHTTPClient
import CoreMetrics
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NovaService
import Testing

@Suite struct HealthServerTests {
    private struct Answer {
        let status: Int
        let body: String
    }

    /// Runs a server on a port of its own and asks it.
    private func withServer(
        _ readiness: Readiness,
        _ body: (@escaping @Sendable (String) async throws -> Answer) async throws -> Void
    ) async throws {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "things", dimensions: []).increment(by: 4)
        let (ports, bound) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingOldest(1))
        let server = HealthServer(
            port: 0,
            readiness: readiness,
            metrics: metrics,
            logger: Logger(label: "test"),
            onBound: { bound.yield($0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try #require(await ports.first { _ in true })
            try await body { path in
                let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
                let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
                let bytes = try await response.body.collect(upTo: 1 << 20)
                return Answer(status: Int(response.status.code), body: String(buffer: bytes))
            }
            group.cancelAll()
        }
    }

    @Test func itIsReadyWhenAllItNeedsIsUp() async throws {
        let readiness = Readiness(awaiting: ["redis", "kafka"])
        try await withServer(readiness) { get in
            let alive = try await get("/health/live")
            #expect(alive.status == 200)
            let starting = try await get("/health/ready")
            #expect(starting.status == 503)
            #expect(starting.body.contains(#""redis":{"detail":"starting","status":"down"}"#))
            readiness.set("redis", up: true)
            readiness.set("kafka", up: true)
            let ready = try await get("/health/ready")
            #expect(ready.status == 200)
            #expect(ready.body.contains(#""status":"ready""#))
            readiness.set("kafka", up: false, detail: "no broker")
            let down = try await get("/health/ready")
            #expect(down.status == 503)
            readiness.set("kafka", up: true)
            readiness.stopping()
            let stopping = try await get("/health/ready")
            #expect(stopping.status == 503)
            #expect(stopping.body.contains(#""status":"stopping""#))
        }
    }

    @Test func metricsAreServed() async throws {
        try await withServer(Readiness()) { get in
            let metrics = try await get("/metrics")
            #expect(metrics.body.contains("things 4"))
            let nothing = try await get("/nothing")
            #expect(nothing.status == 404)
        }
    }
}
