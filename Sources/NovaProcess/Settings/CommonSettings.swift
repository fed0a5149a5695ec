package import NovaService

/// The settings that are no pool's own; a pool's are declared by its module.
package enum CommonSettings {
    /// In the order in which settings files and the documentation have them.
    package static let groups: [any SettingGroup.Type] = [
        PrefixSettings.self, RedisSettings.self, KafkaSettings.self, TopicSettings.self, RetentionSettings.self,
        LimitSettings.self, TaskSettings.self, LogSettings.self,
        GatewaySettings.self, HTTPSettings.self, JobSettings.self, WebSocketSettings.self, KeySettings.self,
        WorkerSettings.self, LLMSettings.self,
    ]
}
