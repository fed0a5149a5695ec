import NIOSSL
package import NovaService
package import RedisClient

extension RedisConfiguration {
    /// Reads everything below `redis`.
    ///
    /// - Throws: `SettingsError` for the first value that is wrong. A CA file that cannot be read is seen at the first
    ///   connection.
    package init(_ settings: Settings, clientName: String) throws {
        let usesTLS = try settings.bool("redis.tls", default: false)
        let authority = settings.optionalString("redis.tls_ca_file")
        self.init(
            host: settings.string("redis.host", default: "127.0.0.1"),
            port: try settings.int("redis.port", default: 6379, in: 1...65_535),
            username: settings.optionalString("redis.username"),
            password: try settings.secret("redis.password"),
            database: try settings.int("redis.database", default: 0, in: 0...65_535),
            tls: usesTLS ? Self.tls(authority: authority) : nil,
            clientName: clientName
        )
        if let connections = settings.optionalString("redis.connections"), connections != "auto" {
            connectionCount = try settings.int("redis.connections", default: 1, in: 1...256)
        }
        commandDeadline = try settings.duration("redis.command_deadline", default: commandDeadline)
        connectTimeout = try settings.duration("redis.connect_timeout", default: connectTimeout)
    }

    private static func tls(authority: String?) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authority { configuration.trustRoots = .file(authority) }
        return configuration
    }
}
