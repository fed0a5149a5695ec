package import NovaContract
package import NovaService
package import NovaStore
package import RedisClient

/// What parts several Novas on one Redis and one Kafka.
package struct PrefixSettings: SettingGroup {
    package init() {}
    package static let readers = NovaProgram.allCases

    package let prefix = Setting.text(
        "prefix",
        default: "nova",
        """
        Begins the name of every Redis key, Kafka topic and consumer group, so that several Novas can share a Redis and a \
        Kafka. The same for all processes of one Nova.
        """
    )
}

/// What every process of Nova is told: where Redis and Kafka are, the names below which it works, how it logs.
package struct ProcessSettings: Sendable {
    package let redis: RedisConfiguration
    package let kafka: KafkaConfiguration
    package let log: LogConfiguration
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
        kafka = try KafkaConfiguration(settings, clientID: clientName)
        log = try LogConfiguration(settings)
        retention = try Retention(settings)
        workRules = try WorkRules(settings)
        limits = try OwnerLimits(settings)
        prefix = try settings[\PrefixSettings.prefix]
    }

    package var keys: RedisKeys { RedisKeys(prefix: prefix) }
    package var topics: TopicNames { TopicNames(prefix: prefix) }
}
