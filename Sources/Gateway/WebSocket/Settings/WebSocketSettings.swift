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
        pingInterval = try settings.positive("websocket.ping_interval", default: pingInterval)
        pongTimeout = try settings.positive("websocket.pong_timeout", default: pongTimeout)
        closeTimeout = try settings.positive("websocket.close_timeout", default: closeTimeout)
        subscribeTimeout = try settings.positive("websocket.subscribe_timeout", default: subscribeTimeout)
    }

    private mutating func readBounds(_ settings: Settings) throws {
        maximumSockets = try settings.int("websocket.maximum_sockets", default: maximumSockets, in: 1...1_000_000)
        maximumSocketsPerKey = try settings.int(
            "websocket.maximum_sockets_per_key",
            default: maximumSocketsPerKey,
            in: 1...1_000_000
        )
        maximumSocketsPerOwner = try settings.int(
            "websocket.maximum_sockets_per_owner",
            default: maximumSocketsPerOwner,
            in: 1...1_000_000
        )
        maximumSubscriptions = try settings.int(
            "websocket.maximum_subscriptions",
            default: maximumSubscriptions,
            in: 1...100_000
        )
        maximumMessageBytes = try settings.int(
            "websocket.maximum_message_bytes",
            default: maximumMessageBytes,
            in: 1_024...16_777_216
        )
        maximumMessageBytesInFlight = try settings.int(
            "websocket.maximum_message_bytes_in_flight",
            default: max(maximumMessageBytes, maximumMessageBytesInFlight),
            in: maximumReadBytes...1_099_511_627_776
        )
        maximumUnsentMessages = try settings.int(
            "websocket.maximum_unsent_messages",
            default: maximumUnsentMessages,
            in: 16...1_000_000
        )
        // One event with its result has to fit, whatever else waits.
        maximumUnsentBytes = try settings.int(
            "websocket.maximum_unsent_bytes",
            default: maximumUnsentBytes,
            in: 262_144...1_073_741_824
        )
    }
}
