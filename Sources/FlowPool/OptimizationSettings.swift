import NovaContract
package import NovaService
import NovaStore

/// The optimization pool's own.
package struct OptimizationSettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.worker("optimization")]

    package let flowsPerOwner = Setting.integer(
        "limits.flows_per_owner",
        default: FlowBounds().flowsPerOwner,
        in: 1...1_000_000,
        """
        Flows that one owner may have, in all domains together; a further one is refused with 409 `LIMIT_REACHED`. The same \
        for all optimization workers.
        """
    )
    package let timeLimit = Setting.duration(
        "optimization.time_limit",
        default: .seconds(2),
        """
        How long a search may take where the request names no time_limit. It ends sooner where it has proven the optimum.
        """
    )
    package let maximumTimeLimit = Setting.duration(
        "optimization.maximum_time_limit",
        default: .seconds(OptimizeFlow.maximumTimeLimit),
        "The most a request may ask for; larger ones are cut to it."
    )
    package let maximumThreads = Setting.integer(
        "optimization.maximum_threads",
        default: OptimizeFlow.maximumThreads,
        in: 1...OptimizeFlow.maximumThreads,
        "Threads one search may use, if its request asks for them; never more than the machine has cores."
    )
}

/// Of the programs that use flows.
package struct MigrationSettings: SettingGroup {
    package init() {}
    package static let readers: [NovaProgram] = [.gateway, .worker("optimization")]

    package let flowsOwner = Setting.optionalText(
        "migration.flows_owner",
        """
        The owner who is given the flows that an older version kept for all owners of a domain together; empty where there \
        are none. A start on such flows without it is refused.
        """
    )
}
