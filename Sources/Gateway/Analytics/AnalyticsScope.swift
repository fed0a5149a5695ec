import NovaContract

/// Whose activity is asked for: all of a kind in a domain, or one.
enum AnalyticsScope: Hashable, Sendable {
    case flows(String?)
    case resources(String?)
    case agents(String?)
    /// Commands of all keys, or of one.
    case commands(key: String?)

    /// Of the channels `analytics:KIND` and `analytics:KIND:ID`.
    init?(channel: String) {
        let parts = channel.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, parts[0] == "analytics" else { return nil }
        let id = parts.count == 3 ? parts[2] : nil
        switch parts[1] {
        case "flows": self = .flows(id)
        case "resources": self = .resources(id)
        case "agents": self = .agents(id)
        default: return nil
        }
    }

    /// Whether what happened may have changed the figures.
    func isTouched(by event: Event) -> Bool {
        switch self {
        case .flows(let id): Self.ends.contains(event.name) && Self.names(event, "flow:", id)
        case .agents(let id):
            // Tasks that end without an agent are among all.
            (Self.taskEnds.contains(event.name)
                || Self.taskReturns.contains(event.name) && event.data.contains(#""from":"running""#))
                && (id == nil || Self.names(event, "agent:", id))
        case .resources(let id):
            Self.allocationEvents.contains(event.name) && (id == nil || Self.names(event, "resource:", id))
        case .commands: Self.ends.contains(event.name)
        }
    }

    private static let ends: Set = ["job.completed", "job.failed", "job.cancelled"]
    private static let taskEnds: Set = ["task.completed", "task.failed", "task.cancelled", "task.expired"]
    /// Where an attempt came to nothing.
    private static let taskReturns: Set = ["task.blocked", "task.ready", "task.assigned"]
    private static let allocationEvents: Set = [
        "allocation.granted", "allocation.released", "allocation.expired", "allocation.preempted",
        "allocation.superseded", "allocation.timed_out", "allocation.impossible", "resource.changed",
    ]

    private static func names(_ event: Event, _ prefix: String, _ id: String?) -> Bool {
        guard let id else { return event.channels.contains { $0.hasPrefix(prefix) } }
        return event.channels.contains(prefix + id)
    }
}
