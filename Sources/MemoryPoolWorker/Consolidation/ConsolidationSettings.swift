import Logging
import MemoryPool
import ModelServers
import NovaContract
import NovaProcess
import NovaService
import NovaStore
import WorkerHost

/// The settings of consolidation.
struct ConsolidationSettings {
    /// Nil: there is none.
    let model: ConsolidationModel?
    /// Nil: it is done on request only.
    let schedule: ConsolidationSchedule?

    init(_ settings: Settings, _ store: Store) throws {
        let name = try settings[\MemorySettings.consolidationModel]
        let server = try ModelServerSettings(settings)
        if name.isEmpty {
            model = nil
        } else if let server {
            model = try ConsolidationModel(client: server.client(store), name: name)
        } else {
            let fault = SettingsError(
                key: "memory.consolidation_model",
                value: name,
                source: "settings",
                problem: "needs a server, and llm.base_url is off"
            )
            try settings.refused(fault, ())
            model = nil
        }
        let interval = try settings[\MemorySettings.consolidateEvery]
        let least = try settings[\MemorySettings.consolidateLeast]
        schedule = interval > .zero ? ConsolidationSchedule(interval: interval, least: least) : nil
    }
}

/// When memories are consolidated without being asked to.
struct ConsolidationSchedule {
    /// Between two times in one domain.
    let interval: Duration
    /// Memories that must wait for it.
    let least: Int

    func service(
        of spaces: SpaceRegistry<MemorySpace>,
        _ consolidator: Consolidator,
        _ logger: Logger
    ) -> SpaceMaintenance<MemorySpace> {
        SpaceMaintenance(
            of: spaces,
            interval: interval,
            logger: logger,
            turn: { space, time in
                // First the cheap look: most domains have nothing that waits.
                guard try await space.counts().raw >= least else { return false }
                return try await space.takeConsolidation(for: time)
            },
            care: { space in
                let done = try await consolidator.consolidate(MemoryConsolidation(), space, jobID: UUIDv7.make())
                logger.info(
                    "memories were consolidated",
                    metadata: [
                        "owner": "\(space.owner)", "domain": "\(space.domain)",
                        "done": "\(done["orchestration"]?.jsonString ?? "")",
                    ]
                )
            }
        )
    }
}
