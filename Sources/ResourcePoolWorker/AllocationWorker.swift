package import ArgumentParser
import Logging
import NovaContract
import NovaProcess
import NovaService
import NovaStore
import ResourcePool
import WorkerHost

/// The allocation pool's process.
package struct AllocationWorker: AsyncParsableCommand {
    private static let name = "nova-allocation-worker"

    package static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Nova's allocation worker: who holds what of which resource, and for how long.",
        discussion: """
            Start as many as are needed: they share the partitions of one Kafka topic, and one at a time looks after the \
            resources of an owner and a domain: leases that ran out, requests that wait. Every setting can be given in the \
            file and, stronger, in the environment: worker.concurrency is concurrency below worker in the file, and \
            NOVA_WORKER_CONCURRENCY. docs/configuration.md lists them all. Ends with 0 after SIGTERM or SIGINT, when what \
            runs is finished or handed back; with 78 where a setting is wrong.
            """,
        version: NovaVersion.current
    )

    @Option(name: .long, help: "Settings file (YAML). Without it, the one that NOVA_CONFIG names, or none.")
    package var config: String?

    package init() {}

    package func run() async throws {
        let status = try await WorkerProcess.serve(pool: .allocation, name: Self.name, configurationFile: config) {
            settings,
            store in
            let logger = Logger(label: "nova.allocation")
            var store = store
            store.limits.waiting = try settings[\AllocationSettings.maximumWaiting]
            store.limits.lookBytes = try settings[\AllocationSettings.maximumBytes]
            let service = AllocationService(logger: logger)
            let care = AllocationMaintenance(service: service)
            return WorkerParts(
                handlers: AllocationHandlers(
                    store: store,
                    service: service,
                    ttl: try settings[\AllocationSettings.ttl]
                ).all,
                of: "resources",
                services: [
                    SpaceMaintenance(
                        of: store.poolSpaces,
                        interval: try settings[\AllocationSettings.tick],
                        logger: logger
                    ) { try await care.care(for: $0) }
                ]
            )
        }
        if status != 0 { throw ExitCode(status) }
    }
}
