import NovaContract
package import NovaService

extension GatewayConfiguration {
    /// Reads everything below `http`, `gateway`, `jobs` and `websocket`.
    ///
    /// - Throws: `SettingsError` for the first value that is wrong.
    package init(_ settings: Settings, version: String) throws {
        self.init(gatewayID: settings.string("gateway.id", default: UUIDv7.make()), version: version)
        host = settings.string("http.host", default: host)
        port = try settings.int("http.port", default: port, in: 0...65_535)
        try readTimes(settings)
        try readBounds(settings)
        jobDeadline = try JobDeadline(settings)
        corsOrigins = try Self.origins(settings, host: host)
        trustedProxies = try TrustedProxies(settings)
        showsMetrics = try settings.bool("http.show_metrics", default: showsMetrics)
        budgets.webSocketLimit = try settings.int(
            "websocket.budget_limit",
            default: budgets.webSocketLimit,
            in: 1...1_000_000_000
        )
        budgets.webSocketWindow = try settings.positive("websocket.budget_window", default: budgets.webSocketWindow)
    }

    private mutating func readTimes(_ settings: Settings) throws {
        defaultWait = try settings.duration("http.default_wait", default: defaultWait)
        maximumWait = try settings.duration("http.maximum_wait", default: maximumWait)
        idleTimeout = try settings.positive("http.idle_timeout", default: idleTimeout)
        headerTimeout = try settings.positive("http.header_timeout", default: headerTimeout)
        bodyTimeout = try settings.positive("http.body_timeout", default: bodyTimeout)
        writeTimeout = try settings.positive("http.write_timeout", default: writeTimeout)
        anonymousTime = try settings.positive("http.anonymous_time", default: anonymousTime)
        ticketLifetime = try settings.positive("http.ticket_lifetime", default: ticketLifetime)
        drainDelay = try settings.duration("http.drain_delay", default: drainDelay)
    }

    private mutating func readBounds(_ settings: Settings) throws {
        maximumBodyBytes = try settings.int(
            "http.maximum_body_bytes",
            default: maximumBodyBytes,
            in: 1_024...1_073_741_824
        )
        maximumBodyBytesInFlight = try settings.int(
            "http.maximum_body_bytes_in_flight",
            default: max(maximumBodyBytes, maximumBodyBytesInFlight),
            in: maximumBodyBytes...1_099_511_627_776
        )
        maximumHeaderBytes = try settings.int(
            "http.maximum_header_bytes",
            default: maximumHeaderBytes,
            in: 1_024...1_048_576
        )
        maximumHeaderFields = try settings.int(
            "http.maximum_header_fields",
            default: maximumHeaderFields,
            in: 10...10_000
        )
        maximumConnections = try settings.int(
            "http.maximum_connections",
            default: maximumConnections,
            in: 1...1_000_000
        )
        maximumAnonymousConnectionsPerAddress = try settings.int(
            "http.maximum_anonymous_connections_per_address",
            default: maximumAnonymousConnectionsPerAddress,
            in: 1...1_000_000
        )
        maximumInFlight = try settings.int("http.maximum_in_flight", default: maximumInFlight, in: 1...1_000_000)
        maximumInFlightPerKey = try settings.int(
            "http.maximum_in_flight_per_key",
            default: maximumInFlightPerKey,
            in: 1...1_000_000
        )
    }

    /// `*` lets any page a user visits call Nova, so it is taken only where nobody else reaches the port.
    private static func origins(_ settings: Settings, host: String) throws -> [String] {
        let key = "http.cors_origins"
        let origins = settings.stringArray(key, default: [])
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
        for text in settings.stringArray("http.trusted_proxies", default: []) {
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
        let field = try settings.choice("http.forwarded_field", default: Field.xForwardedFor)
        self.init(networks: networks, field: field)
    }
}

extension FailedKeys {
    /// Reads `http.maximum_failed_keys_per_address` and `http.failed_keys_window`.
    package convenience init(_ settings: Settings) throws {
        let limit = try settings.int(
            "http.maximum_failed_keys_per_address",
            default: 100,
            in: 1...1_000_000
        )
        self.init(limit: limit, window: try settings.positive("http.failed_keys_window", default: .seconds(60)))
    }
}
