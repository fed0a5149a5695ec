package import NovaService

/// The settings of all programs.
///
/// All of them stand here, whichever room reads them, for each program has to know the names of all: the environment that
/// it is started in may hold the settings of another, and a name that none knows is warned about.
package enum DeclaredSettings {
    /// In the order in which settings files and the documentation have them.
    package static let groups: [any SettingGroup.Type] = [
        PrefixSettings.self, RedisSettings.self, KafkaSettings.self, TopicSettings.self, RetentionSettings.self,
        LimitSettings.self, TaskSettings.self, LogSettings.self,
        GatewaySettings.self, HTTPSettings.self, JobSettings.self, WebSocketSettings.self, KeySettings.self,
        WorkerSettings.self, OptimizationSettings.self, LLMSettings.self, CoordinationSettings.self,
        AllocationSettings.self, MemorySettings.self, EmbeddingSettings.self, MigrationSettings.self,
    ]

    /// All settings, each with its group; a name that two programs read with different defaults is there twice.
    package static let all: [(setting: SettingDeclaration, group: any SettingGroup.Type)] = groups.flatMap { group in
        group.declarations.map { ($0, group) }
    }
}
