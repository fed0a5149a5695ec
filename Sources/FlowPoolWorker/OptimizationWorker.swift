package import ArgumentParser
import FlowPool
import Logging
import NovaContract
import NovaProcess
import NovaService
import NovaStore
import WorkerHost

/// The optimization pool's process.
package struct OptimizationWorker: AsyncParsableCommand {
    private static let name = "nova-optimization-worker"

    package static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Nova's optimization worker: stores flows and finds short schedules for them.",
        discussion: """
            Start as many as are needed: they share the partitions of one Kafka topic. Every setting can be given in \
            the file and, stronger, in the environment: worker.concurrency is concurrency below worker in the file, and \
            NOVA_WORKER_CONCURRENCY. docs/configuration.md lists them all. Ends with 0 after SIGTERM or SIGINT, when \
            what runs is finished or handed back; with 78 where a setting is wrong.
            """,
        version: NovaVersion.current
    )

    @Option(name: .long, help: "Settings file (YAML). Without it, the one that NOVA_CONFIG names, or none.")
    package var config: String?

    package init() {}

    package func run() async throws {
        let status = try await WorkerProcess.serve(pool: .optimization, name: Self.name, configurationFile: config) {
            settings,
            store in
            let adoption = try FlowAdoption(store: store, owner: try settings[\MigrationSettings.flowsOwner])
            return WorkerParts(
                handlers: OptimizationHandlers(
                    store: store,
                    limits: try SearchLimits(settings),
                    bounds: try FlowBounds(settings)
                ).all,
                of: "the flow's state",
                prepare: { try await adoption.run($0) }
            )
        }
        if status != 0 { throw ExitCode(status) }
    }
}

extension FlowBounds {
    /// Reads what of `limits` holds for flows.
    init(_ settings: Settings) throws {
        self.init()
        flowsPerOwner = try settings[\OptimizationSettings.flowsPerOwner]
        bytesPerOwner = try settings[\LimitSettings.bytes]
    }
}
