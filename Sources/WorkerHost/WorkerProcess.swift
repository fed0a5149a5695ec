import Instrumentation
import KafkaClient
package import Logging
import NIOPosix
package import NovaContract
import NovaProcess
package import NovaService
package import NovaStore
import RedisClient
package import ServiceLifecycle
package import WorkerRuntime

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Everything one worker is made of: settings in, services out.
package struct WorkerProcess {
    package let logger: Logger
    private let process: ProcessRun

    /// Reads the settings and makes the parts; connects to nothing yet.
    ///
    /// - Parameters:
    ///   - name: of the executable, in logs, in Redis and in Kafka.
    ///   - makeHandler: reads the settings of its own and makes the handler of the pool's commands.
    ///   - makeServices: the same for what the pool does beside its commands.
    /// - Throws: `SettingsError` where a setting is wrong.
    package init<Handler: CommandHandler>(
        pool: Pool,
        name: String,
        configurationFile: String?,
        makeHandler: (Settings, Store) throws -> Handler,
        makeServices: (Settings, Store) throws -> [any Service] = { _, _ in [] }
    ) async throws {
        let settings = try await Settings.load(
            file: configurationFile,
            environment: ProcessInfo.processInfo.environment
        )
        let common = try ProcessSettings(settings, clientName: name)
        let workerID = settings.string("worker.id", default: "\(name)-\(UUIDv7.make())")
        let configuration = try WorkerConfiguration(settings, pool: pool, topics: common.topics, workerID: workerID)
        let topics = try TopicSettings(settings)
        let groupInstance = settings.optionalString("kafka.group_instance_id")
        let healthHost = settings.string("health.host", default: "127.0.0.1")
        let healthPort = try settings.int("health.port", default: 8_013, in: 0...65_535)

        Log.bootstrap(format: common.log.format, level: common.log.level, service: name)
        InstrumentationSystem.bootstrap(TraceInstrument())
        var logger = Logger(label: "nova.worker")
        logger[metadataKey: "worker"] = "\(workerID)"
        self.logger = logger
        let metrics = PrometheusMetrics.bootstrap()
        let redis = RedisClient(
            configuration: common.redis,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger
        )
        let store = Store(
            redis: redis,
            keys: common.keys,
            retention: common.retention,
            workRules: common.workRules
        )
        let handler = try makeHandler(settings, store)
        let more = try makeServices(settings, store)
        for key in settings.unknownKeys() {
            logger.warning("a setting is not known and has no effect", metadata: ["key": "\(key)"])
        }

        let readiness = Readiness(awaiting: ["redis", "kafka"])
        let announcement = Announcement(logger: logger)
        let services: [any Service] =
            [
                HealthServer(
                    host: healthHost,
                    port: healthPort,
                    readiness: readiness,
                    metrics: metrics,
                    logger: logger,
                    onBound: { announcement.listening(on: $0) }
                ),
                redis,
                DependencyProbe("redis", readiness: readiness, logger: logger) {
                    _ = try await redis.command("PING", deadline: .seconds(2))
                },
                WorkerService(
                    configuration: configuration,
                    kafka: common.kafka,
                    topics: topics,
                    groupInstance: groupInstance,
                    handler: handler,
                    store: store,
                    logger: logger,
                    onAssigned: { partitions in
                        readiness.set("kafka", up: true, detail: "\(partitions) partitions")
                        announcement.joined()
                    }
                ),
            ] + more
        process = ProcessRun(
            services: services,
            readiness: readiness,
            stopDeadline: configuration.shutdownGrace + .seconds(20),
            logger: logger
        )
    }

    /// Until SIGTERM or SIGINT, and then until what runs is finished or handed back.
    package func run() async throws {
        try await process.run()
        logger.notice("worker stopped")
    }
}
