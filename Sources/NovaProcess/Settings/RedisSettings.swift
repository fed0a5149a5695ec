import NIOSSL
package import NovaService
package import RedisClient

/// Where Redis is and how it is spoken to.
package struct RedisSettings: SettingGroup {
    private static let defaults = RedisConfiguration()

    package init() {}
    package static let readers = NovaProgram.allCases

    package let host = Setting.text("redis.host", default: Self.defaults.host, "Host of Redis.")
    package let port = Setting.integer("redis.port", default: Self.defaults.port, in: 1...65_535, "Port of Redis.")
    package let username = Setting.optionalText(
        "redis.username",
        "ACL user. Without one, a password is that of the user \"default\"."
    )
    package let password = Setting.secret("redis.password", "Password of the user.")
    package let database = Setting.integer(
        "redis.database",
        default: Self.defaults.database,
        in: 0...65_535,
        "Number of the database."
    )
    package let tls = Setting.boolean(
        "redis.tls",
        default: false,
        "TLS from the first byte; the certificate is checked against `redis.host`."
    )
    package let tlsCAFile = Setting.optionalText(
        "redis.tls_ca_file",
        "File of certificate authorities (PEM) to trust. Empty: those of the system."
    )
    package let connections = Setting.integer(
        "redis.connections",
        orDefault: "auto",
        in: 1...256,
        "Pipelined connections; auto for one a core."
    )
    package let commandDeadline = Setting.duration(
        "redis.command_deadline",
        default: Self.defaults.commandDeadline,
        "How long one command may take before it counts as failed."
    )
    package let connectTimeout = Setting.duration(
        "redis.connect_timeout",
        default: Self.defaults.connectTimeout,
        "How long connecting may take, and how long commands wait for a lost connection to come back."
    )
}

extension RedisConfiguration {
    /// Reads everything below `redis`.
    ///
    /// - Throws: `SettingsError` for the first value that is wrong. A CA file that cannot be read is seen at the first
    ///   connection.
    package init(_ settings: Settings, clientName: String) throws {
        let usesTLS = try settings[\RedisSettings.tls]
        let authority = try settings[\RedisSettings.tlsCAFile]
        self.init(
            host: try settings[\RedisSettings.host],
            port: try settings[\RedisSettings.port],
            username: try settings[\RedisSettings.username],
            password: try settings[\RedisSettings.password],
            database: try settings[\RedisSettings.database],
            tls: usesTLS ? Self.tls(authority: authority) : nil,
            clientName: clientName
        )
        connectionCount = try settings[\RedisSettings.connections]
        commandDeadline = try settings[\RedisSettings.commandDeadline]
        connectTimeout = try settings[\RedisSettings.connectTimeout]
    }

    private static func tls(authority: String?) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authority { configuration.trustRoots = .file(authority) }
        return configuration
    }
}
