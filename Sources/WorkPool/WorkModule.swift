import CDocuments
package import Logging
package import NovaAPI
package import NovaContract
package import NovaService
package import NovaStore
package import ServiceLifecycle

extension Pool {
    package static let coordination = Pool(name: "coordination", stateName: "work")
}

/// The coordination pool: tasks, agents, and who does what.
package struct WorkModule: PoolModule {
    package static let pool = Pool.coordination
    package static let commands = TaskCommands.all + AgentCommands.all
    package static let settings: [any SettingGroup.Type] = [CoordinationSettings.self]
    package static var schemas: [UInt8] { nova_work_schemas().array }

    private let store: Store
    /// Of agents that wait for tasks.
    package let claims: ClaimHub

    package init(store: Store, logger: Logger) {
        self.store = store
        claims = ClaimHub(store: store, logger: logger)
    }

    package var routes: [Route] {
        TaskRoutes(store: store).all + AgentRoutes(store: store, claims: claims).all
            + CoordinationRoutes(store: store).all
    }

    package var services: [any Service] { [claims] }
}
