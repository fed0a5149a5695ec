package import NovaContract
package import RedisClient

/// What is kept in Redis: the client, the names, and how long things are kept.
///
/// The parts of the store are views of it.
package struct Store: Sendable {
    package let redis: RedisClient
    package let keys: RedisKeys
    /// The kinds of commands whose jobs are kept.
    package let catalog: CommandCatalog
    package let retention: Retention
    package let workRules: WorkRules
    package var memoryRules = MemoryRules()
    package var limits: OwnerLimits
    private let recentSpaces = RecentAdditions()

    package init(
        redis: RedisClient,
        catalog: CommandCatalog,
        keys: RedisKeys = RedisKeys(),
        retention: Retention = Retention(),
        workRules: WorkRules = WorkRules(),
        limits: OwnerLimits = OwnerLimits()
    ) {
        self.redis = redis
        self.catalog = catalog
        self.keys = keys
        self.retention = retention
        self.workRules = workRules
        self.limits = limits
    }

    package var admission: AdmissionStore { AdmissionStore(store: self) }
    package var jobs: JobStore { JobStore(store: self) }
    package var apiKeys: APIKeyStore { APIKeyStore(store: self) }
    package var events: EventLog { EventLog(store: self) }
    package var analytics: AnalyticsStore { AnalyticsStore(store: self) }
    package var workers: WorkerLease { WorkerLease(store: self) }
    package var modelRates: ModelRates { ModelRates(store: self) }
    package var tickets: TicketStore { TicketStore(store: self) }
    /// The spaces of a kind, for those who look after all.
    ///
    /// - Parameter key: of the set of their names.
    package func spaces<Space: OwnedSpace>(
        _ key: String,
        make: @escaping @Sendable (_ owner: String, _ domain: String) -> Space
    ) -> SpaceRegistry<Space> {
        let keys = keys
        return SpaceRegistry(
            redis: redis,
            key: key,
            recent: recentSpaces,
            domains: { keys.domains(owner: $0) },
            mostDomains: limits.domains,
            make: make
        )
    }
}
