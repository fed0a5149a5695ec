import CDocuments
package import Logging
package import NovaAPI
package import NovaContract
package import NovaService
package import NovaStore

extension Pool {
    package static let allocation = Pool(name: "allocation", stateName: "pools")
}

/// The allocation pool.
package struct ResourceModule: PoolModule {
    package static let pool = Pool.allocation
    package static let commands = ResourceCommands.all
    package static let settings: [any SettingGroup.Type] = [AllocationSettings.self]
    package static var schemas: [UInt8] { nova_resource_schemas().array }

    private let store: Store

    package init(store: Store, logger: Logger) { self.store = store }

    package var routes: [Route] { ResourceRoutes(store: store).all }
}
