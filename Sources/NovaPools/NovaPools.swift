import FlowPool
package import Logging
import MemoryPool
package import NovaAPI
package import NovaContract
package import NovaStore
import ResourcePool
package import WorkPool

/// All worker pools of Nova: what is to be known of each is walked from here.
package struct NovaPools: Sendable {
    /// The list: a further pool is a further line.
    package static let types: [any PoolModule.Type] = [
        FlowModule.self, ResourceModule.self, WorkModule.self, MemoryModule.self,
    ]

    package static let all: [Pool] = types.map { $0.pool }
    package static let commands: [any AnyCommandDeclaration] = types.flatMap { $0.commands }

    /// All kinds of commands; where two pools declare one kind, the process ends as it begins, and says which.
    package static let catalog: CommandCatalog = {
        do throws(CommandCatalogError) {
            return try CommandCatalog(commands.map(\.kind))
        } catch {
            preconditionFailure("the pools' declarations do not fit together: \(error)")
        }
    }()

    package static func pool(named name: String) -> Pool? { all.first { $0.name == name } }

    package let modules: [any PoolModule]

    package init(store: Store, logger: Logger) {
        modules = Self.types.map { $0.init(store: store, logger: logger) }
    }

    /// The pool of tasks and agents, which also speaks over sockets.
    package var work: WorkModule {
        for case let module as WorkModule in modules { return module }
        preconditionFailure("NovaPools.types does not name WorkModule")
    }
}
