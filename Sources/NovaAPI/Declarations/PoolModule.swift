package import Logging
package import NovaContract
package import NovaService
package import NovaStore
package import ServiceLifecycle

/// One worker pool as gateways, documents and tools know it: its commands, and the routes that are answered from what is
/// known of it.
///
/// What carries its commands out is another target, which only the pool's workers link.
package protocol PoolModule: Sendable {
    static var pool: Pool { get }
    static var commands: [any AnyCommandDeclaration] { get }
    /// Those of its own, which its workers read.
    static var settings: [any SettingGroup.Type] { get }
    /// The component schemas of the API document that its commands and routes name, by name: a JSON object.
    static var schemas: [UInt8] { get }

    init(store: Store, logger: Logger)

    /// Its routes besides those of its commands.
    var routes: [Route] { get }
    /// What runs in a gateway for it.
    var services: [any Service] { get }
}

extension PoolModule {
    package var services: [any Service] { [] }
}
