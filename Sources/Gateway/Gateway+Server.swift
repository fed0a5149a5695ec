import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NovaService

extension Gateway {
    /// The HTTP server; `onOpen` hears the port that is really bound.
    func server(_ upgradeHandler: UpgradeHandler?, _ onOpen: @escaping @Sendable (Int) -> Void) -> ListeningService {
        let application = application(upgradeHandler, onOpen)
        return ListeningService(host: configuration.host, port: configuration.port) { try await application.run() }
    }

    private func application(
        _ upgradeHandler: UpgradeHandler?,
        _ onOpen: @escaping @Sendable (Int) -> Void
    ) -> Application<GatewayResponder> {
        let configuration = configuration
        return Application(
            responder: responder,
            server: .http1(configuration: Self.channel(configuration, connections, upgradeHandler)),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maximumConnections)
            ),
            onServerRunning: { channel in onOpen(channel.localAddress?.port ?? configuration.port) },
            logger: logger
        )
    }

    private static func channel(
        _ configuration: GatewayConfiguration,
        _ connections: ClientConnections,
        _ upgradeHandler: UpgradeHandler?
    ) -> HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: Self.handlers(configuration, connections, upgradeHandler),
            idleTimeout: TimeAmount(configuration.idleTimeout),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: configuration.maximumHeaderBytes,
                maxHeaderListSize: configuration.maximumHeaderBytes,
                maxHeaderFieldCount: configuration.maximumHeaderFields
            )
        )
    }

    private static func handlers(
        _ configuration: GatewayConfiguration,
        _ connections: ClientConnections,
        _ upgradeHandler: UpgradeHandler?
    ) -> [any RemovableChannelHandler] {
        let gate = ConnectionGate(
            connections: connections,
            anonymousTime: TimeAmount(configuration.anonymousTime)
        )
        let writes = WriteDeadline(time: TimeAmount(configuration.writeTimeout))
        let guardian = RequestGuardHandler(
            headTime: TimeAmount(configuration.headerTimeout),
            bodyTime: TimeAmount(configuration.bodyTimeout)
        )
        return [gate, writes, guardian] + (upgradeHandler.map { [$0()] } ?? [])
    }
}
