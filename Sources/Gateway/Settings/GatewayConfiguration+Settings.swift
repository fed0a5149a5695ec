import NovaContract
import NovaProcess
package import NovaService

extension GatewayConfiguration {
    /// Reads everything below `http`, `gateway`, `jobs` and `websocket`.
    ///
    /// - Throws: `SettingsError` for the first value that is wrong.
    package init(_ settings: Settings, version: String) throws {
        self.init(gatewayID: try settings[\GatewaySettings.id] ?? UUIDv7.make(), version: version)
        host = try settings[\HTTPSettings.host]
        port = try settings[\HTTPSettings.port]
        try readTimes(settings)
        try readBounds(settings)
        jobDeadline = try JobDeadline(settings)
        corsOrigins = try Self.origins(settings, host: host)
        trustedProxies = try TrustedProxies(settings)
        showsMetrics = try settings[\HTTPSettings.showsMetrics]
        budgets.webSocketLimit = try settings[\WebSocketSettings.budgetLimit]
        budgets.webSocketWindow = try settings[\WebSocketSettings.budgetWindow]
    }

    private mutating func readTimes(_ settings: Settings) throws {
        defaultWait = try settings[\HTTPSettings.defaultWait]
        maximumWait = try settings[\HTTPSettings.maximumWait]
        idleTimeout = try settings[\HTTPSettings.idleTimeout]
        headerTimeout = try settings[\HTTPSettings.headerTimeout]
        bodyTimeout = try settings[\HTTPSettings.bodyTimeout]
        writeTimeout = try settings[\HTTPSettings.writeTimeout]
        anonymousTime = try settings[\HTTPSettings.anonymousTime]
        ticketLifetime = try settings[\HTTPSettings.ticketLifetime]
        drainDelay = try settings[\HTTPSettings.drainDelay]
    }

    private mutating func readBounds(_ settings: Settings) throws {
        maximumBodyBytes = try settings[\HTTPSettings.maximumBodyBytes]
        maximumBodyBytesInFlight = try settings.value(\HTTPSettings.maximumBodyBytesInFlight, atLeast: maximumBodyBytes)
        maximumHeaderBytes = try settings[\HTTPSettings.maximumHeaderBytes]
        maximumHeaderFields = try settings[\HTTPSettings.maximumHeaderFields]
        maximumConnections = try settings[\HTTPSettings.maximumConnections]
        maximumAnonymousConnectionsPerAddress = try settings[\HTTPSettings.maximumAnonymousConnectionsPerAddress]
        maximumInFlight = try settings[\HTTPSettings.maximumInFlight]
        maximumInFlightPerKey = try settings[\HTTPSettings.maximumInFlightPerKey]
    }

    /// `*` lets any page a user visits call Nova, so it is taken only where nobody else reaches the port.
    private static func origins(_ settings: Settings, host: String) throws -> [String] {
        let key = "http.cors_origins"
        let origins = try settings[\HTTPSettings.corsOrigins]
        let isLocal = ["127.0.0.1", "::1", "localhost"].contains(host)
        for origin in origins where origin == "*" ? !isLocal : !isOrigin(origin) {
            return try settings.refused(
                SettingsError(
                    key: key,
                    value: origin,
                    source: "settings",
                    problem: origin == "*"
                        ? "is allowed only where http.host is the loopback address"
                        : "must be scheme://host or scheme://host:port, as browsers send it"
                ),
                []
            )
        }
        return origins
    }

    private static func isOrigin(_ text: String) -> Bool {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && !parts[1].contains("/")
    }
}

extension TrustedProxies {
    /// Reads `http.trusted_proxies` and `http.forwarded_field`.
    init(_ settings: Settings) throws {
        var networks: [IPNetwork] = []
        for text in try settings[\HTTPSettings.trustedProxies] {
            guard let network = IPNetwork(text) else {
                let fault = SettingsError(
                    key: "http.trusted_proxies",
                    value: text,
                    source: "settings",
                    problem: "must be addresses or networks, such as 192.0.2.7 or 2001:db8::/64"
                )
                networks = try settings.refused(fault, [])
                break
            }
            networks.append(network)
        }
        let field = try settings[\HTTPSettings.forwardedField]
        self.init(networks: networks, field: field)
    }
}

extension FailedKeys {
    /// Reads `http.maximum_failed_keys_per_address` and `http.failed_keys_window`.
    package convenience init(_ settings: Settings) throws {
        self.init(
            limit: try settings[\HTTPSettings.maximumFailedKeysPerAddress],
            window: try settings[\HTTPSettings.failedKeysWindow]
        )
    }
}
