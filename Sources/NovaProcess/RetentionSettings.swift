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
