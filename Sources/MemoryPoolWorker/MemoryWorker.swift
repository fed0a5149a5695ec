package import ArgumentParser
import Logging
import MemoryIndex
import MemoryPool
import NovaContract
import NovaProcess
import NovaService
import NovaStore
import ServiceLifecycle
import WorkerHost

/// The memory pool's process.
package struct MemoryWorker: AsyncParsableCommand {
    private static let name = "nova-memory-worker"

    package static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Nova's memory worker: keeps what happened, and finds what was meant.",
        discussion: """
            Start as many as are needed: they share the partitions of one Kafka topic, and each answers for any domain, from \
            a replica in its own memory that it keeps current from Redis. Every setting can be given in the file and, \
            stronger, in the environment: worker.concurrency is concurrency below worker in the file, and \
            NOVA_WORKER_CONCURRENCY. docs/configuration.md lists them all. Ends with 0 after SIGTERM or SIGINT, when what \
            runs is finished or handed back; with 78 where a setting is wrong.
            """,
        version: NovaVersion.current
    )

    @Option(name: .long, help: "Settings file (YAML). Without it, the one that NOVA_CONFIG names, or none.")
    package var config: String?

    package init() {}

    package func run() async throws {
        let status = try await WorkerProcess.serve(pool: .memory, name: Self.name, configurationFile: config) {
            settings,
            store in
            let logger = Logger(label: "nova.memory")
            var store = store
            store.memoryRules = try MemoryRules(settings)
            let embedder = try Embedder(settings, logger: logger)
            let replicas = try settings[\MemorySettings.replicas]
            let replicaBytes = try settings[\MemorySettings.replicaBytes]
            let tick = try settings[\MemorySettings.tick]
            let care = SpaceMaintenance(of: store.memorySpaces, interval: tick, logger: logger) { space in
                while try await space.tick().isUnfinished { try Task.checkCancellation() }
                try await embedder?.care(for: space, until: .now + tick * 0.8)
            }
            let consolidation = try ConsolidationSettings(settings, store)
            let maximum = try settings[\MemorySettings.maximum]
            let consolidator = Consolidator(model: consolidation.model, maximum: maximum, logger: logger)
            var services: [any Service] = [care]
            if let embedder { services.append(embedder) }
            if let model = consolidation.model { services.append(model) }
            if let schedule = consolidation.schedule {
                services.append(schedule.service(of: store.memorySpaces, consolidator, logger))
            }
            return WorkerParts(
                handlers: MemoryHandlers(
                    store: store,
                    shelf: ReplicaShelf(most: replicas, mostBytes: replicaBytes, model: embedder?.model),
                    embedder: embedder,
                    consolidator: consolidator,
                    maximum: maximum,
                    logger: logger
                ).all,
                of: "memories",
                services: services
            )
        }
        if status != 0 { throw ExitCode(status) }
    }
}
