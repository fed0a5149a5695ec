import ChildProcesses
import Hummingbird
import HummingbirdCore
import KafkaClient
import Logging
import NIOCore
import NIOPosix
import NovaContract
import NovaPools
import NovaService
import NovaStore
import NovaTestKit
import RedisClient
import ServiceLifecycle
import Synchronization
import WebSocketClient

@testable import Gateway

/// A real server on a real Redis: the router, the WebSocket side and the keys, without workers.
struct Stage: Sendable {
    let redis: PrivateRedis
    let store: Store
    let hub: Hub
    let keyRing: KeyRing
    let connections: ClientConnections
    let port: Int
    /// Begins the graceful shutdown.
    let stop: @Sendable () async -> Void

    static func run(
        _ change: (inout WebSocketConfiguration) -> Void = { _ in },
        retention: Retention = Retention(),
        configured: [APIKey] = [],
        gateway: (inout GatewayConfiguration) -> Void = { _ in },
        failedKeys: FailedKeys = FailedKeys(limit: 100, window: .seconds(60)),
        _ body: @Sendable (Stage) async throws -> Void
    ) async throws {
        var configuration = WebSocketConfiguration()
        configuration.budgets.webSocketLimit = 1_000_000
        change(&configuration)
        try await withRedis { redis in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let client = RedisClient(
                configuration: RedisConfiguration(port: redis.port, connectionCount: 1),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: logger
            )
            let store = Store(
                redis: client,
                catalog: NovaPools.catalog,
                keys: RedisKeys(prefix: uniqueName("ws")),
                retention: retention
            )
            var gatewayConfiguration = GatewayConfiguration(gatewayID: "test", version: "test")
            gatewayConfiguration.budgets = configuration.budgets
            gateway(&gatewayConfiguration)
            let parts = try Parts(
                store: store,
                configuration: configuration,
                gatewayConfiguration: gatewayConfiguration,
                keyRing: KeyRing(
                    store: store,
                    file: configured.isEmpty ? nil : KeysFile(origin: KeysFile.usualOrigin, keys: configured),
                    failedKeys: failedKeys,
                    logger: logger
                ),
                logger: logger
            )
            try await parts.run(redis, body)
            await client.close()
        }
    }

    var url: String { "ws://127.0.0.1:\(port)/api/ws" }
}

/// What a stage is made of.
private struct Parts: Sendable {
    let store: Store
    let keyRing: KeyRing
    let connections: ClientConnections
    let hub: Hub
    let group: ServiceGroup
    let ports: AsyncStream<Int>

    init(
        store: Store,
        configuration: WebSocketConfiguration,
        gatewayConfiguration: GatewayConfiguration,
        keyRing: KeyRing,
        logger: Logger
    ) throws {
        self.store = store
        self.keyRing = keyRing
        // Nothing is published here; the producer is asked for by the router only.
        let producer = try KafkaProducer(
            configuration: KafkaProducerConfiguration(bootstrapServers: "127.0.0.1:1", clientID: "test"),
            logger: logger
        )
        let gateway = try Gateway(
            configuration: gatewayConfiguration,
            store: store,
            producer: producer,
            topics: TopicNames(prefix: "test"),
            keyRing: keyRing,
            metrics: nil,
            logger: logger
        )
        let connections = gateway.connections
        self.connections = connections
        hub = Hub(store: store, configuration: configuration, agents: gateway.agents, logger: logger)
        let endpoint = WebSocketEndpoint(
            hub: hub,
            keyRing: keyRing,
            store: store,
            connections: connections,
            configuration: configuration,
            logger: logger
        )
        let (ports, opened) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        self.ports = ports
        let application = Application(
            responder: gateway.responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        ConnectionGate(
                            connections: connections,
                            anonymousTime: TimeAmount(gatewayConfiguration.anonymousTime)
                        ),
                        WriteDeadline(time: TimeAmount(gatewayConfiguration.writeTimeout)),
                        RequestGuardHandler(headTime: .seconds(10), bodyTime: .seconds(10)),
                        endpoint.makeUpgradeHandler(),
                    ]
                )
            ),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in opened.yield(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        let services: [any Service] = [keyRing, ProducerService(producer: producer, deadline: .zero), hub, application]
        group = ServiceGroup(configuration: .init(services: services, logger: logger))
    }

    func run(_ redis: PrivateRedis, _ body: @Sendable (Stage) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            guard let port = await ports.first(where: { _ in true }) else { return }
            let stage = Stage(
                redis: redis,
                store: store,
                hub: hub,
                keyRing: keyRing,
                connections: connections,
                port: port
            ) {
                await group.triggerGracefulShutdown()
            }
            do {
                try await body(stage)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
