package import ArgumentParser
import Logging
import ModelServers
import NovaContract
import NovaProcess
import NovaService
import NovaStore
import ServiceLifecycle
import WorkPool
import WorkerHost

/// The coordination pool's process.
package struct CoordinationWorker: AsyncParsableCommand {
    private static let name = "nova-coordination-worker"

    package static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Nova's coordination worker: tasks, agents, and who does what.",
        discussion: """
            Start as many as are needed: they share the partitions of one Kafka topic, and one at a time looks after the \
            tasks of an owner and a domain: leases that ran out, deadlines, next attempts, assignment. Every setting can be \
            given in the file and, stronger, in the environment: worker.concurrency is concurrency below worker in the \
            file, and NOVA_WORKER_CONCURRENCY. docs/configuration.md lists them all. Ends with 0 after SIGTERM or SIGINT, \
            when what runs is finished or handed back; with 78 where a setting is wrong.
            """,
        version: NovaVersion.current
    )

    @Option(name: .long, help: "Settings file (YAML). Without it, the one that NOVA_CONFIG names, or none.")
    package var config: String?

    package init() {}

    package func run() async throws {
        let status = try await WorkerProcess.serve(pool: .coordination, name: Self.name, configurationFile: config) {
            settings,
            store in
            let logger = Logger(label: "nova.tasks")
            let assigner = Assigner(ageing: store.workRules.ageing, logger: logger)
            let wakes = CoordinationWakes(store: store, logger: logger)
            let care = WorkMaintenance(assigner: assigner)
            let carer = SpaceMaintenance(
                of: store.workSpaces,
                interval: try settings[\CoordinationSettings.tick],
                logger: logger
            ) { try await care.care(for: $0) }
            let models = try ModelSettings(settings)
            let server = models.server.map {
                ModelServer(
                    client: $0.client(store),
                    model: models.model,
                    probe: models.probe,
                    logger: Logger(label: "nova.models"),
                    report: { try await store.modelServerReports.report($0, for: $1) }
                )
            }
            let runner = server.map {
                ModelRunner(
                    store: store,
                    server: $0,
                    slots: ModelSlots(total: models.concurrency, each: models.modelConcurrency),
                    logger: Logger(label: "nova.models")
                )
            }
            let services: [any Service] = [wakes, carer]
            return WorkerParts(
                handlers: CoordinationHandlers(
                    store: store,
                    assigner: assigner,
                    coordinator: Coordinator(wakes: wakes, hasModels: { server?.isAvailable ?? false })
                ).all,
                of: "tasks and agents",
                services: services + (runner.map { [$0] } ?? [])
            )
        }
        if status != 0 { throw ExitCode(status) }
    }
}
