import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// A worker's own small HTTP port: `/health/live`, `/health/ready` and `/metrics`.
///
/// No key is asked for, so bind it to the loopback address or a network of one's own. Bounded: at most 64 connections
/// at once, later ones wait to be accepted; an idle one is closed after 10 s.
package struct HealthServer: Service {
    private let host: String
    private let port: Int
    private let readiness: Readiness
    private let metrics: PrometheusMetrics
    private let logger: Logger
    private let onBound: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - onBound: Called once, with the port that is really bound, when requests are answered from now on.
    package init(
        host: String = "127.0.0.1",
        port: Int,
        readiness: Readiness,
        metrics: PrometheusMetrics,
        logger: Logger,
        onBound: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.readiness = readiness
        self.metrics = metrics
        self.logger = logger
        self.onBound = onBound
    }

    /// Serves until the graceful stop or until cancelled; throws when the port is not to be had.
    ///
    /// In a `ServiceGroup` put it first: services are stopped from the last to the first, and `/health/ready` should
    /// answer 503 while the others finish. For that the one who begins the stop calls ``Readiness/stopping()``.
    package func run() async throws {
        let application = Application(
            router: router(),
            server: .http1(configuration: .init(idleTimeout: .seconds(10))),
            configuration: .init(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(64)
            ),
            onServerRunning: { channel in
                let bound = channel.localAddress?.port ?? port
                logger.info("health port open", metadata: ["host": "\(host)", "port": "\(bound)"])
                onBound(bound)
            },
            logger: logger
        )
        try await ListeningService(host: host, port: port) { try await application.run() }.run()
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/health/live") { _, _ in
            Self.response(.ok, "application/json", #"{"status":"alive"}"#)
        }
        router.get("/health/ready") { _, _ in
            let snapshot = readiness.snapshot
            let body = try ByteBuffer(bytes: HealthReport(snapshot).json())
            return Self.response(snapshot.isReady ? .ok : .serviceUnavailable, "application/json", body)
        }
        router.get("/metrics") { _, _ in
            Self.response(.ok, PrometheusText.contentType, ByteBuffer(string: metrics.exposition()))
        }
        return router
    }

    private static func response(_ status: HTTPResponse.Status, _ type: String, _ body: String) -> Response {
        response(status, type, ByteBuffer(string: body))
    }

    private static func response(_ status: HTTPResponse.Status, _ type: String, _ body: ByteBuffer) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: body)
        )
    }
}
