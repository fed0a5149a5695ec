import CDocuments
package import Logging
package import NovaAPI
package import NovaContract
package import NovaService
package import NovaStore

extension Pool {
    package static let memory = Pool(name: "memory", stateName: "memory")
}

/// The memory pool.
package struct MemoryModule: PoolModule {
    package static let pool = Pool.memory
    package static let commands = MemoryCommands.all
    package static let settings: [any SettingGroup.Type] = [MemorySettings.self, EmbeddingSettings.self]
    package static var schemas: [UInt8] { nova_memory_schemas().array }

    private let store: Store

    package init(store: Store, logger: Logger) { self.store = store }

    package var routes: [Route] { MemoryRoutes(store: store).all }
}
