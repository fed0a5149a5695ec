package import NovaContract
package import NovaService
package import NovaStore
package import RedisClient

/// What every process of Nova is told: where Redis and Kafka are, the names below which it works, how it logs.
package struct ProcessSettings: Sendable {
    package let redis: RedisConfiguration
    package let kafka: KafkaSettings
    package let log: LogSettings
    package let retention: Retention
    package let workRules: WorkRules
    package let limits: OwnerLimits
    /// Begins the name of every Redis key, Kafka topic and consumer group.
    package let prefix: String

    /// Asks for all of them.
    ///
    /// - Parameter clientName: how the process calls itself in Redis and Kafka; printable ASCII without spaces.
    /// - Throws: `SettingsError` for the first that is wrong.
    package init(_ settings: Settings, clientName: String) throws {
        redis = try RedisConfiguration(settings, clientName: clientName)
        kafka = try KafkaSettings(settings, clientID: clientName)
        log = try LogSettings(settings)
        retention = try Retention(settings)
        workRules = try WorkRules(settings)
        limits = try OwnerLimits(settings)
        prefix = settings.string("prefix", default: "nova")
    }

    package var keys: RedisKeys { RedisKeys(prefix: prefix) }
    package var topics: TopicNames { TopicNames(prefix: prefix) }
}
