import NovaContract
import RedisClient

/// What one owner may keep, in all domains together.
///
/// The scripts hold each of these: no owner's things crowd out those of others, and whatever a script has to look at has a
/// bound. `lib-space.lua` says how it is counted.
package struct OwnerLimits: Sendable, Equatable {
    /// The ended ones included, as long as they are kept.
    package var tasks = 1_000_000
    package var agents = 10_000
    package var resources = 1_000
    /// Held or waiting.
    package var allocations = 10_000
    /// Requests that wait for resources.
    package var waiting = 1_000
    /// Of the resources of one domain, the requests that wait for them and what is held: each decision reads them.
    package var lookBytes = 8_388_608
    /// Sets of capabilities and agents of unfinished tasks, one more for each 512 bytes of the text of one: a claim looks at all.
    package var needs = 1_000
    package var memories = 1_000_000
    package var coordinations = 10_000
    /// In which something was ever kept.
    package var domains = 1_000
    /// Of what clients gave and is kept: definitions, results, errors, documents, requests.
    package var bytes = 1_024 * 1_024 * 1_024

    package init() {}

    /// As the scripts take them.
    var argument: RedisArgument {
        let bounds: [(String, Int)] = [
            ("tasks", tasks), ("agents", agents), ("resources", resources), ("allocations", allocations),
            ("waiting", waiting), ("look", lookBytes), ("needs", needs), ("memories", memories),
            ("coordinations", coordinations), ("bytes", bytes),
        ]
        return RedisArgument("{" + bounds.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}")
    }

    /// The refusal of a script that found a bound reached.
    ///
    /// - Parameter name: as in `argument`, or `domain_memories`.
    static func refusal(_ name: String, bound: Int) -> NovaError {
        let (setting, what) =
            switch name {
            case "allocations": ("limits.allocations_per_owner", "allocations that are held or wait")
            case "waiting": ("allocation.maximum_waiting", "requests that wait for resources")
            case "look":
                ("allocation.maximum_bytes", "bytes of resources, waiting requests and held items in a domain")
            case "needs": ("limits.needs_per_owner", "sets of capabilities and agents of unfinished tasks")
            case "domain_memories": ("memory.maximum", "memories in a domain, the archived ones included,")
            case "bytes": ("limits.bytes_per_owner", "bytes of tasks, agents, resources and memories")
            default: ("limits.\(name)_per_owner", name)
            }
        return .limit(setting, bound, what)
    }
}

/// What an owner may keep, in all domains together, where a flow is stored.
package struct FlowBounds: Sendable, Equatable {
    package var flowsPerOwner = 10_000
    /// Of all that clients gave and is kept, not of flows alone.
    package var bytesPerOwner = 1_073_741_824

    package init() {}
}
