import CDocuments
package import Logging
package import NovaAPI
package import NovaContract
package import NovaService
package import NovaStore

extension Pool {
    package static let optimization = Pool(name: "optimization", stateName: "flows")
}

/// The optimization pool.
package struct FlowModule: PoolModule {
    package static let pool = Pool.optimization
    package static let commands = FlowCommands.all
    package static let settings: [any SettingGroup.Type] = [OptimizationSettings.self, MigrationSettings.self]
    package static var schemas: [UInt8] { nova_flow_schemas().array }

    private let store: Store

    package init(store: Store, logger: Logger) { self.store = store }

    package var routes: [Route] { FlowRoutes(store: store).all }
}
