package import NovaService
package import NovaStore

extension Retention {
    /// Reads everything below `retention`.
    ///
    /// All processes of one Nova should be told the same.
    package init(_ settings: Settings) throws {
        self.init()
        jobs = try settings.duration("retention.jobs", default: jobs)
        jobsPerOwner = try settings.int("retention.jobs_per_owner", default: jobsPerOwner, in: 1...1_000_000)
        events = try settings.duration("retention.events", default: events)
        eventsPerOwner = try settings.int("retention.events_per_owner", default: eventsPerOwner, in: 1...1_000_000)
        idempotencyKeys = try settings.duration("retention.idempotency_keys", default: idempotencyKeys)
        applied = try settings.duration("retention.applied", default: applied)
        deadLetters = try settings.duration("retention.dead_letters", default: deadLetters)
        tasks = try settings.duration("retention.tasks", default: tasks)
        allocations = try settings.positive("retention.allocations", default: allocations)
        coordinations = try settings.duration("retention.coordinations", default: coordinations)
    }
}

extension WorkRules {
    /// Reads what of `tasks` holds everywhere.
    ///
    /// All processes of one Nova should be told the same.
    package init(_ settings: Settings) throws {
        self.init()
        ageing = try settings.positive("tasks.ageing", default: ageing)
        losses = try settings.int("tasks.losses", default: losses, in: 1...1_000)
    }
}

extension OwnerLimits {
    /// Reads everything below `limits` that is kept for an owner.
    ///
    /// All processes of one Nova should be told the same.
    package init(_ settings: Settings) throws {
        self.init()
        tasks = try settings.int("limits.tasks_per_owner", default: tasks, in: 1...100_000_000)
        agents = try settings.int("limits.agents_per_owner", default: agents, in: 1...1_000_000)
        resources = try settings.int("limits.resources_per_owner", default: resources, in: 1...10_000)
        allocations = try settings.int("limits.allocations_per_owner", default: allocations, in: 1...100_000)
        needs = try settings.int("limits.needs_per_owner", default: needs, in: 1...10_000)
        memories = try settings.int("limits.memories_per_owner", default: memories, in: 1...100_000_000)
        coordinations = try settings.int("limits.coordinations_per_owner", default: coordinations, in: 1...1_000_000)
        domains = try settings.int("limits.domains_per_owner", default: domains, in: 1...100_000)
        bytes = try settings.int("limits.bytes_per_owner", default: bytes, in: 1_024...1_099_511_627_776)
    }
}
