package import KafkaClient
package import Logging
package import NIOCore
package import NovaAPI
package import NovaContract
import NovaPools
package import NovaService
package import NovaStore
package import ServiceLifecycle
import WorkPool

/// A gateway: takes requests, publishes commands, waits for replies.
///
/// Holds nothing that another could not rebuild.
package struct Gateway: Sendable {
    /// Makes the handler that takes a connection over for WebSocket; one for each connection.
    package typealias UpgradeHandler = @Sendable () -> any RemovableChannelHandler

    package let readiness: Readiness
    package let responder: GatewayResponder
    /// For the hub of its sockets.
    package let agents: AgentSockets
    /// For the endpoint of its sockets.
    package let connections: ClientConnections
    let configuration: GatewayConfiguration
    private let producer: KafkaProducer
    private let keyRing: KeyRing
    private let replies: ReplyHub
    private let rollback: AdmissionRollback
    private let pools: NovaPools
    let logger: Logger

    /// - Parameters:
    ///   - producer: closed when the gateway stops.
    ///   - metrics: what `/metrics` shows, if the configuration shows it.
    /// - Throws: `OpenAPIDocument.Fault` where what is declared of a route does not fit together.
    package init(
        configuration: GatewayConfiguration,
        store: Store,
        producer: KafkaProducer,
        topics: TopicNames,
        keyRing: KeyRing,
        metrics: PrometheusMetrics?,
        logger: Logger
    ) throws {
        self.configuration = configuration
        self.producer = producer
        self.keyRing = keyRing
        self.logger = logger
        readiness = Readiness(awaiting: ["redis", "kafka", "keys"])
        replies = ReplyHub(
            gatewayID: configuration.gatewayID,
            store: store,
            capacity: configuration.maximumInFlight,
            logger: logger
        )
        rollback = AdmissionRollback(store: store, logger: logger)
        pools = NovaPools(store: store, logger: logger)
        connections = ClientConnections(
            limit: configuration.maximumAnonymousConnectionsPerAddress,
            proxies: configuration.trustedProxies
        )
        let overload = Overload()
        let commands = CommandService(
            store: store,
            producer: producer,
            topics: topics,
            replies: replies,
            rollback: rollback,
            budgets: configuration.budgets,
            overload: overload,
            jobDeadline: configuration.jobDeadline,
            defaultWait: configuration.defaultWait,
            maximumWait: configuration.maximumWait,
            logger: logger
        )
        let transfers = MemoryTransfers()
        agents = AgentSockets(store: store, claims: pools.work.claims, commands: commands, logger: logger)
        let routes = Routes(
            commands: commands,
            pools: pools,
            jobs: JobRoutes(store: store),
            memoryExport: MemoryExport(store: store, keyRing: keyRing, transfers: transfers, logger: logger),
            memoryImport: MemoryImport(
                commands: commands,
                keyRing: keyRing,
                overload: overload,
                transfers: transfers
            ),
            analytics: AnalyticsService(store: store),
            tickets: TicketRoutes(store: store, lifetime: configuration.ticketLifetime),
            health: HealthRoutes(readiness: readiness, version: configuration.version),
            pages: PageRoutes(version: configuration.version, metrics: configuration.showsMetrics ? metrics : nil)
        )
        responder = GatewayResponder(
            table: RouteTable(try routes.described()),
            keyRing: keyRing,
            store: store,
            budgets: configuration.budgets,
            cors: CORSPolicy(origins: configuration.corsOrigins),
            bodyLimit: configuration.maximumBodyBytes,
            memory: BodyMemory(limit: configuration.maximumBodyBytesInFlight),
            inFlight: InFlight(limit: configuration.maximumInFlight),
            inFlightByKey: InFlightByKey(limit: configuration.maximumInFlightPerKey),
            overload: overload,
            connections: connections,
            metrics: RequestMetrics(),
            logger: logger
        )
    }

    /// Everything the gateway serves.
    package var routes: [Route] { responder.table.routes }

    /// What is to be run, in the order of starting; stopped in the reverse one.
    ///
    /// The Redis client and what reports on `redis` and `kafka` to `readiness` run before all of them.
    ///
    /// - Parameter prepare: what must be done before the gateway is ready, besides following the keys file.
    package func services(
        upgradeHandler: UpgradeHandler?,
        sockets: [any Service],
        prepare: @escaping @Sendable () async throws -> Void = {}
    ) -> [any Service] {
        let (ports, opened) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        return [keyRing, ProducerService(producer: producer, deadline: .seconds(10)), rollback, replies]
            + pools.modules.flatMap(\.services) + sockets + [
                server(upgradeHandler) { opened.yield($0) },
                Beginning(
                    keyRing: keyRing,
                    readiness: readiness,
                    host: configuration.host,
                    ports: ports,
                    prepare: prepare,
                    logger: logger
                ),
                Drain(
                    readiness: readiness,
                    replies: replies,
                    claims: pools.work.claims,
                    delay: configuration.drainDelay
                ),
            ]
    }
}
