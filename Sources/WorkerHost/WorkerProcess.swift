import Instrumentation
import KafkaClient
import Logging
import NIOPosix
package import NovaContract
import NovaPools
import NovaProcess
package import NovaService
package import NovaStore
import RedisClient
import ServiceLifecycle
import WorkerRuntime

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Everything one worker is made of: settings in, services out.
package struct WorkerProcess {
    private let logger: Logger
    private let process: ProcessRun

    /// Reads the settings and makes the parts; connects to nothing yet.
    ///
    /// - Parameters:
    ///   - name: of the executable, in logs, in Redis and in Kafka.
    ///   - makeParts: reads the settings of the pool's own and makes its handler, and what runs beside it.
    /// - Throws: `StartFaults` where the process cannot begin, `SettingsError` where the file cannot be read,
    ///   `CommandRouter.Fault` where a command of the pool has no handler.
    private init(
        pool: Pool,
        name: String,
        configurationFile: String?,
        makeParts: (Settings, Store) throws -> WorkerParts
    ) async throws {
        let settings = try await Settings.load(
            file: configurationFile,
            environment: ProcessInfo.processInfo.environment
        ).collecting()
        let common = try ProcessSettings(settings, clientName: name)
        let workerID = try settings[\WorkerSettings.id] ?? "\(name)-\(UUIDv7.make())"
        let configuration = try WorkerConfiguration(settings, pool: pool, topics: common.topics, workerID: workerID)
        let topics = try TopicConfiguration(settings)
        let groupInstance = try settings[\WorkerSettings.groupInstance]
        let healthHost = try settings[\WorkerSettings.healthHost]
        let healthPort = try settings[\WorkerSettings.healthPort]

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
        let catalog = NovaPools.catalog
        let store = Store(
            redis: redis,
            catalog: catalog,
            keys: common.keys,
            retention: common.retention,
            workRules: common.workRules,
            limits: common.limits
        )
        let (parts, faults) = try Self.parts(settings, store, makeParts)
        let ports = [StartCheck.Port(setting: "health.port", host: healthHost, number: healthPort)]
        guard let parts else {
            try await StartCheck(common, ports: ports, settings: faults).run()
            throw StartFaults(settings: faults)
        }
        let router = try CommandRouter(
            for: catalog.kinds.filter { $0.pool == pool },
            state: parts.state,
            parts.handlers
        )
        do {
            try await StartCheck(common, ports: ports, settings: faults).run()
        } catch let faults as StartFaults {
            // The parts may hold clients that want to be closed before they are let go of; they have done nothing yet.
            withExtendedLifetime(parts) { StartFailure.end(faults, process: name) }
        }
        for name in settings.unknownNames(DeclaredSettings.groups) {
            logger.warning("\(name)", metadata: ["key": "\(name.name)"])
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
                    try await store.checkWrites()
                },
                WorkerService(
                    configuration: configuration,
                    kafka: common.kafka,
                    topics: topics,
                    groupInstance: groupInstance,
                    handler: router,
                    prepare: parts.prepare,
                    store: store,
                    logger: logger,
                    onAssigned: { partitions in
                        readiness.set("kafka", up: true, detail: "\(partitions) partitions")
                        announcement.joined()
                    }
                ),
            ] + parts.services
        process = ProcessRun(
            services: services,
            readiness: readiness,
            stopDeadline: configuration.shutdownGrace + .seconds(20),
            logger: logger
        )
    }

    /// The parts, or nil where a setting of theirs is wrong, and everything that is wrong with the settings.
    private static func parts(
        _ settings: Settings,
        _ store: Store,
        _ makeParts: (Settings, Store) throws -> WorkerParts
    ) throws -> (WorkerParts?, [SettingsError]) {
        do {
            let parts = try makeParts(settings, store)
            return (parts, settings.faults)
        } catch let fault as SettingsError {
            return (nil, settings.faults + [fault])
        }
    }

    /// All of a worker's life, from its settings to its exit code: 0 after a stop on request, 78 where a setting is wrong
    /// (told on standard error, with everything else that is wrong), 1 for any other end (logged, or told where it could
    /// not begin).
    package static func serve(
        pool: Pool,
        name: String,
        configurationFile: String?,
        makeParts: (Settings, Store) throws -> WorkerParts
    ) async throws -> Int32 {
        let process: WorkerProcess
        do {
            process = try await WorkerProcess(
                pool: pool,
                name: name,
                configurationFile: configurationFile,
                makeParts: makeParts
            )
        } catch let error as SettingsError {
            StartFailure.report(StartFaults(settings: [error]), process: name)
            return StartFailure.configurationExitCode
        } catch let faults as StartFaults {
            StartFailure.report(faults, process: name)
            return faults.exitCode
        }
        do {
            try await process.run()
            return 0
        } catch let error as SettingsError {
            // What only Redis can tell is wrong.
            StartFailure.report(StartFaults(settings: [error]), process: name)
            return StartFailure.configurationExitCode
        } catch {
            process.logger.critical("the worker ended", metadata: ["error": "\(error)"])
            return 1
        }
    }

    /// Until SIGTERM or SIGINT, and then until what runs is finished or handed back.
    private func run() async throws {
        try await process.run()
        logger.notice("worker stopped")
    }
}
