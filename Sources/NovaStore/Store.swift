package import NovaContract
package import RedisClient

/// What is kept in Redis: the client, the names, and how long things are kept.
///
/// The parts of the store are views of it.
package struct Store: Sendable {
    package let redis: RedisClient
    package let keys: RedisKeys
    package let retention: Retention
    package let workRules: WorkRules
    package var memoryRules = MemoryRules()
    package var limits: OwnerLimits
    private let recentSpaces = RecentAdditions()

    package init(
        redis: RedisClient,
        keys: RedisKeys = RedisKeys(),
        retention: Retention = Retention(),
        workRules: WorkRules = WorkRules(),
        limits: OwnerLimits = OwnerLimits()
    ) {
        self.redis = redis
        self.keys = keys
        self.retention = retention
        self.workRules = workRules
        self.limits = limits
    }

    package var admission: AdmissionStore { AdmissionStore(store: self) }
    package var jobs: JobStore { JobStore(store: self) }
    package var apiKeys: APIKeyStore { APIKeyStore(store: self) }
    package var events: EventLog { EventLog(store: self) }
    package var flowMigration: FlowMigration { FlowMigration(store: self) }
    package var analytics: AnalyticsStore { AnalyticsStore(store: self) }
    package var workers: WorkerLease { WorkerLease(store: self) }
    package var modelRates: ModelRates { ModelRates(store: self) }
    package var modelServerReports: ModelServerReports { ModelServerReports(store: self) }
    package var tickets: TicketStore { TicketStore(store: self) }
    package var workSpaces: SpaceRegistry<WorkSpace> {
        spaces(keys.workSpaces) { work(owner: $0, domain: $1) }
    }
    package var poolSpaces: SpaceRegistry<PoolSpace> {
        spaces(keys.poolSpaces) { pools(owner: $0, domain: $1) }
    }

    package var memorySpaces: SpaceRegistry<MemorySpace> {
        spaces(keys.memorySpaces) { memory(owner: $0, domain: $1) }
    }

    private func spaces<Space: OwnedSpace>(
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

    /// The flows of one owner in one domain.
    package func flows(owner: String, domain: String) -> FlowStore {
        FlowStore(store: self, owner: owner, domain: domain)
    }

    /// The memories of one owner in one domain.
    package func memory(owner: String, domain: String) -> MemorySpace {
        MemorySpace(store: self, owner: owner, domain: domain)
    }

    /// The resources of one owner in one domain.
    package func pools(owner: String, domain: String) -> PoolSpace {
        PoolSpace(store: self, owner: owner, domain: domain)
    }

    /// The tasks and agents of one owner in one domain.
    package func work(owner: String, domain: String) -> WorkSpace {
        WorkSpace(store: self, owner: owner, domain: domain)
    }
}
