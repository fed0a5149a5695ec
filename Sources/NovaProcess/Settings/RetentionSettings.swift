package import NovaService
package import NovaStore

/// How long, and how much, is kept in Redis.
package struct RetentionSettings: SettingGroup {
    private static let defaults = Retention()

    package init() {}
    package static let readers = NovaProgram.allCases
    package static let heading = "How long, and how much, is kept in Redis. The same for all processes of one Nova."

    package let jobs = Setting.duration(
        "retention.jobs",
        default: Self.defaults.jobs,
        "Records of jobs, from their end."
    )
    package let jobsPerOwner = Setting.integer(
        "retention.jobs_per_owner",
        default: Self.defaults.jobsPerOwner,
        in: 1...1_000_000,
        "Jobs that are listed of one owner; the oldest leave the list first."
    )
    package let events = Setting.duration(
        "retention.events",
        default: Self.defaults.events,
        """
        Events of one owner, for clients that come back with `after`: by age, and by number \
        (`retention.events_per_owner`), whichever is first.
        """
    )
    package let eventsPerOwner = Setting.integer(
        "retention.events_per_owner",
        default: Self.defaults.eventsPerOwner,
        in: 1...1_000_000,
        "Events of one owner that are kept, about."
    )
    package let idempotencyKeys = Setting.duration(
        "retention.idempotency_keys",
        default: Self.defaults.idempotencyKeys,
        "How long an Idempotency-Key is remembered."
    )
    package let applied = Setting.duration(
        "retention.applied",
        default: Self.defaults.applied,
        """
        How long it is remembered that a command's change was made, from its last delivery, so that it is not made again \
        where the command comes again.
        """
    )
    package let deadLetters = Setting.duration(
        "retention.dead_letters",
        default: Self.defaults.deadLetters,
        """
        The same for a command that became a dead letter: replayed later, its change may be made twice. Dead letters are \
        kept as long in topics that are made.
        """
    )
    package let tasks = Setting.duration("retention.tasks", default: Self.defaults.tasks, "Tasks, from their end.")
    package let coordinations = Setting.duration(
        "retention.coordinations",
        default: Self.defaults.coordinations,
        "Coordinations, from their last step."
    )
    package let allocations = Setting.positive(
        "retention.allocations",
        default: Self.defaults.allocations,
        "Allocations, from their end."
    )
}

extension Retention {
    /// All processes of one Nova should be told the same.
    package init(_ settings: Settings) throws {
        self.init()
        jobs = try settings[\RetentionSettings.jobs]
        jobsPerOwner = try settings[\RetentionSettings.jobsPerOwner]
        events = try settings[\RetentionSettings.events]
        eventsPerOwner = try settings[\RetentionSettings.eventsPerOwner]
        idempotencyKeys = try settings[\RetentionSettings.idempotencyKeys]
        applied = try settings[\RetentionSettings.applied]
        deadLetters = try settings[\RetentionSettings.deadLetters]
        tasks = try settings[\RetentionSettings.tasks]
        allocations = try settings[\RetentionSettings.allocations]
        coordinations = try settings[\RetentionSettings.coordinations]
    }
}

/// What holds for all tasks.
package struct TaskSettings: SettingGroup {
    private static let defaults = WorkRules()

    package init() {}
    package static let readers = NovaProgram.allCases
    package static let heading = "What holds for all tasks. The same for all processes of one Nova."

    package let ageing = Setting.positive(
        "tasks.ageing",
        default: Self.defaults.ageing,
        "What a step of priority is worth of waiting."
    )
    package let losses = Setting.integer(
        "tasks.losses",
        default: Self.defaults.losses,
        in: 1...1_000,
        "Leases that may run out over one task before it fails."
    )
}

extension WorkRules {
    /// All processes of one Nova should be told the same.
    package init(_ settings: Settings) throws {
        self.init()
        ageing = try settings[\TaskSettings.ageing]
        losses = try settings[\TaskSettings.losses]
    }
}

/// What one owner may keep.
package struct LimitSettings: SettingGroup {
    private static let defaults = OwnerLimits()

    package init() {}
    package static let readers = NovaProgram.allCases
    package static let heading = """
        What one owner may keep, in all domains together; at a bound further things are refused with 409 LIMIT_REACHED, \
        which names the setting. The same for all processes of one Nova.
        """

    package let tasks = Setting.integer(
        "limits.tasks_per_owner",
        default: Self.defaults.tasks,
        in: 1...100_000_000,
        "Tasks, the ended ones included as long as they are kept."
    )
    package let agents = Setting.integer(
        "limits.agents_per_owner",
        default: Self.defaults.agents,
        in: 1...1_000_000,
        "Agents."
    )
    package let resources = Setting.integer(
        "limits.resources_per_owner",
        default: Self.defaults.resources,
        in: 1...10_000,
        "Resources."
    )
    package let allocations = Setting.integer(
        "limits.allocations_per_owner",
        default: Self.defaults.allocations,
        in: 1...100_000,
        "Allocations that are held or wait."
    )
    package let needs = Setting.integer(
        "limits.needs_per_owner",
        default: Self.defaults.needs,
        in: 1...10_000,
        """
        Sets of capabilities and agents of unfinished tasks, one more for each 512 bytes of one: each claim looks at all of \
        them.
        """
    )
    package let memories = Setting.integer(
        "limits.memories_per_owner",
        default: Self.defaults.memories,
        in: 1...100_000_000,
        "Memories, the archived ones included."
    )
    package let coordinations = Setting.integer(
        "limits.coordinations_per_owner",
        default: Self.defaults.coordinations,
        in: 1...1_000_000,
        "Coordinations, as long as they are kept."
    )
    package let domains = Setting.integer(
        "limits.domains_per_owner",
        default: Self.defaults.domains,
        in: 1...100_000,
        "Domains in which something was ever kept."
    )
    package let bytes = Setting.integer(
        "limits.bytes_per_owner",
        default: Self.defaults.bytes,
        in: 1_024...1_099_511_627_776,
        """
        Bytes of what clients gave and is kept: definitions, results and errors of tasks, definitions of agents and \
        resources, memories, requests of allocations that are held or wait. Results and errors up to 1024 bytes are taken at \
        the bound too.
        """
    )
}

extension OwnerLimits {
    /// All processes of one Nova should be told the same.
    package init(_ settings: Settings) throws {
        self.init()
        tasks = try settings[\LimitSettings.tasks]
        agents = try settings[\LimitSettings.agents]
        resources = try settings[\LimitSettings.resources]
        allocations = try settings[\LimitSettings.allocations]
        needs = try settings[\LimitSettings.needs]
        memories = try settings[\LimitSettings.memories]
        coordinations = try settings[\LimitSettings.coordinations]
        domains = try settings[\LimitSettings.domains]
        bytes = try settings[\LimitSettings.bytes]
    }
}
