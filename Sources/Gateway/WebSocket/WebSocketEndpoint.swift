package import Logging
package import NIOCore
package import NovaStore

/// Where requests become sockets: `/api/ws`, and `/api/analytics/ws` for older clients.
package struct WebSocketEndpoint: Sendable {
    let hub: Hub
    let configuration: WebSocketConfiguration
    let admittance: Admittance
    let logger: Logger

    /// - Parameter hub: must run for handshakes to be answered.
    package init(
        hub: Hub,
        keyRing: KeyRing,
        store: Store,
        connections: ClientConnections,
        configuration: WebSocketConfiguration,
        logger: Logger
    ) {
        self.hub = hub
        self.configuration = configuration
        self.logger = logger
        admittance = Admittance(hub: hub, keyRing: keyRing, store: store, connections: connections, logger: logger)
    }

    /// A handler for one connection, to stand behind the HTTP codec and before the router.
    package func makeUpgradeHandler() -> any RemovableChannelHandler { WebSocketUpgradeHandler(endpoint: self) }

    func submit(_ work: @escaping WorkQueue.Work) -> Bool { hub.queue.submit(work) }
}
