/// The channels a WebSocket client can subscribe to.
package enum Channel {
    /// All jobs of the key's owner.
    package static let jobs = "jobs"
    /// All tasks, all agents, all resources, of the key's owner.
    private static let work = ["tasks", "agents", "resources"]

    package static func job(_ id: String) -> String { "job:\(id)" }

    private static let entityPrefixes = [
        "job:", "flow:", "agent:", "resource:", "task:", "coordination:", "allocation:", "memory:",
    ]
    /// Of the channels that tell of analytics.
    package static let analyticsPrefix = "analytics:"
    private static let analytics = ["analytics:flows", "analytics:resources", "analytics:agents"]

    /// What is wrong with a channel's name, or nil.
    package static func fault(_ name: String) -> String? {
        if name == jobs || work.contains(name) || analytics.contains(name) { return nil }
        if let prefix = (entityPrefixes + analytics.map { $0 + ":" }).first(where: name.hasPrefix) {
            return EntityID.fault(String(name.dropFirst(prefix.count)))
        }
        return
            "must be jobs, job:ID, flow:ID, tasks, task:ID, agents, agent:ID, coordination:ID, resources, resource:ID, allocation:ID, memory:ID, analytics:flows, analytics:resources or analytics:agents (each also with :ID)"
    }
}
