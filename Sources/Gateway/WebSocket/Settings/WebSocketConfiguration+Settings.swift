import NovaProcess
package import NovaService

extension WebSocketConfiguration {
    /// Reads everything below `websocket` that is not a budget; origins and budgets are those of the gateway.
    ///
    /// - Throws: `SettingsError` for the first value that is wrong.
    package init(_ settings: Settings, gateway: GatewayConfiguration) throws {
        self.init()
        allowedOrigins = gateway.corsOrigins
        budgets = gateway.budgets
        try readBounds(settings)
        pingInterval = try settings[\WebSocketSettings.pingInterval]
        pongTimeout = try settings[\WebSocketSettings.pongTimeout]
        closeTimeout = try settings[\WebSocketSettings.closeTimeout]
        subscribeTimeout = try settings[\WebSocketSettings.subscribeTimeout]
    }

    private mutating func readBounds(_ settings: Settings) throws {
        maximumSockets = try settings[\WebSocketSettings.maximumSockets]
        maximumSocketsPerKey = try settings[\WebSocketSettings.maximumSocketsPerKey]
        maximumSocketsPerOwner = try settings[\WebSocketSettings.maximumSocketsPerOwner]
        maximumSubscriptions = try settings[\WebSocketSettings.maximumSubscriptions]
        maximumMessageBytes = try settings[\WebSocketSettings.maximumMessageBytes]
        maximumMessageBytesInFlight = try settings.value(
            \WebSocketSettings.maximumMessageBytesInFlight,
            atLeast: maximumReadBytes
        )
        maximumUnsentMessages = try settings[\WebSocketSettings.maximumUnsentMessages]
        maximumUnsentBytes = try settings[\WebSocketSettings.maximumUnsentBytes]
    }
}
