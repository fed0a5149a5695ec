import FlowPool
import Gateway
import KafkaClient
import Logging
import NIOPosix
import NovaContract
import NovaPools
import NovaProcess
import NovaService
import NovaStore
import RedisClient
import ServiceLifecycle

/// Everything one gateway is made of.
struct GatewayProcess {
    let logger: Logger
    private let process: ProcessRun

    /// Makes the parts; connects to nothing yet.
    ///
    /// - Throws: `SettingsError` for what is wrong besides single values.
    init(_ settings: GatewayProcessSettings) throws {
        Log.bootstrap(
            format: settings.common.log.format,
            level: settings.common.log.level,
            service: "nova-gateway"
        )
        let logger = Logger(label: "nova.gateway")
        for name in settings.unknownNames {
            logger.warning("\(name)", metadata: ["key": "\(name.name)"])
        }
        let metrics = PrometheusMetrics.bootstrap()
        let common = settings.common
        let redis = RedisClient(
            configuration: common.redis,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let store = Store(
            redis: redis,
            catalog: NovaPools.catalog,
            keys: common.keys,
            retention: common.retention,
            workRules: common.workRules,
            limits: common.limits
        )
        let producer = try Self.producer(settings, logger)
        let keyRing = KeyRing(
            store: store,
            file: settings.keysFile,
            lifetime: settings.keyCacheLifetime,
            capacity: settings.keyCacheSize,
            failedKeys: settings.failedKeys,
            logger: logger
        )
        let gateway = try Gateway(
            configuration: settings.gateway,
            store: store,
            producer: producer,
            topics: common.topics,
            keyRing: keyRing,
            metrics: metrics,
            logger: logger
        )
        let hub = Hub(
            store: store,
            configuration: settings.webSocket,
            agents: gateway.agents,
            logger: logger
        )
        let endpoint = WebSocketEndpoint(
            hub: hub,
            keyRing: keyRing,
            store: store,
            connections: gateway.connections,
            configuration: settings.webSocket,
            logger: logger
        )
        let adoption = try FlowAdoption(store: store, owner: settings.flowsOwner)
        let pools = NovaPools.all
        let probes = Self.probes(store, producer, pools.map(common.topics.commands), common, gateway.readiness, logger)
        self.logger = logger
        let services = gateway.services(upgradeHandler: { endpoint.makeUpgradeHandler() }, sockets: [hub]) {
            try await adoption.run(logger)
            await Self.provide(pools, settings, logger)
        }
        var health: [any Service] = []
        if let place = settings.health {
            let server = HealthServer(
                host: place.host,
                port: place.port,
                readiness: gateway.readiness,
                metrics: metrics,
                logger: logger
            )
            health.append(server)
        }
        process = ProcessRun(
            services: health + [redis] + probes + services,
            readiness: gateway.readiness,
            stopDeadline: settings.stopDeadline,
            logger: logger
        )
    }

    /// Makes the topics, where that is Nova's task.
    ///
    /// Where it fails, `kafka` is not ready, and says so itself.
    private static func provide(_ pools: [Pool], _ settings: GatewayProcessSettings, _ logger: Logger) async {
        let common = settings.common
        do {
            try await settings.topics.provide(pools, names: common.topics, kafka: common.kafka, logger: logger)
        } catch {
            logger.error("the topics could not be made", metadata: ["error": "\(error)"])
        }
    }

    private static func producer(_ settings: GatewayProcessSettings, _ logger: Logger) throws -> KafkaProducer {
        do {
            return try KafkaProducer(configuration: settings.producer, logger: logger)
        } catch let error as KafkaError {
            throw SettingsError(key: "kafka.properties", source: "settings", problem: error.message)
        }
    }

    private static func probes(
        _ store: Store,
        _ producer: KafkaProducer,
        _ topics: [String],
        _ common: ProcessSettings,
        _ readiness: Readiness,
        _ logger: Logger
    ) -> [any Service] {
        let presence = TopicPresence(topics, kafka: common.kafka, logger: logger)
        return [
            DependencyProbe("redis", readiness: readiness, logger: logger) { try await store.checkWrites() },
            DependencyProbe("kafka", readiness: readiness, logger: logger) {
                try await presence.check()
                try await producer.warmUp(topics: topics, timeout: .seconds(2))
            },
        ]
    }

    /// Until SIGTERM or SIGINT, and then until what is in flight is answered.
    func run() async throws {
        try await process.run()
        logger.notice("gateway stopped")
    }
}
