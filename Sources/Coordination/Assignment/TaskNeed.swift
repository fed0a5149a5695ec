import NovaContract

/// A task as assignment sees it.
package struct TaskNeed: Sendable, Equatable {
    package let id: String
    package let type: String
    package let capabilities: Set<String>
    /// The only agents that may do it; empty: any.
    package let agents: Set<String>
    /// 1 (the least) to 5.
    package let priority: Int
    /// Seconds since it became ready.
    package let waited: Double
    /// An agent that is preferred, such as the one that did its parent.
    package let affinity: String?
    package let labels: [String: String]

    package init(
        id: String,
        type: String = "",
        capabilities: Set<String> = [],
        agents: Set<String> = [],
        priority: Int = 1,
        waited: Double = 0,
        affinity: String? = nil,
        labels: [String: String] = [:]
    ) {
        self.id = id
        self.type = type
        self.capabilities = capabilities
        self.agents = agents
        self.priority = priority
        self.waited = waited
        self.affinity = affinity
        self.labels = labels
    }
}

/// An agent as assignment sees it.
package struct AgentProfile: Sendable, Equatable {
    /// What its tasks of one type came to.
    package struct Record: Sendable, Equatable {
        package let completed: Int
        /// Failed, or lost with a lease or a timeout.
        package let failed: Int
        package let meanSeconds: Double?

        package init(completed: Int = 0, failed: Int = 0, meanSeconds: Double? = nil) {
            self.completed = completed
            self.failed = failed
            self.meanSeconds = meanSeconds
        }

        /// Laplace's rule of succession: (successes + 1) / (tries + 2).
        package var expectedSuccess: Double { (Double(completed) + 1) / (Double(completed) + Double(failed) + 2) }
    }

    package let id: String
    package let capabilities: Set<String>
    /// Tasks at once.
    package let capacity: Int
    /// Of the capacity, what is neither held nor in its queue.
    package let free: Int
    /// Of a task, in the unit all agents share.
    package let cost: Double
    package let labels: [String: String]
    /// By type of task.
    package let records: [String: Record]

    package init(
        id: String,
        capabilities: Set<String> = [],
        capacity: Int = 1,
        free: Int? = nil,
        cost: Double = 0,
        labels: [String: String] = [:],
        records: [String: Record] = [:]
    ) {
        self.id = id
        self.capabilities = capabilities
        self.capacity = capacity
        self.free = free ?? capacity
        self.cost = cost
        self.labels = labels
        self.records = records
    }

    package func record(of type: String) -> Record { records[type] ?? Record() }

    /// Of all types.
    package var total: Record {
        let all = records.values
        let completed = all.reduce(0) { $0.addingClamped($1.completed) }
        let seconds = all.reduce(0) { $0 + ($1.meanSeconds ?? 0) * Double($1.completed) }
        return Record(
            completed: completed,
            failed: all.reduce(0) { $0.addingClamped($1.failed) },
            meanSeconds: completed > 0 ? seconds / Double(completed) : nil
        )
    }

    package func canDo(_ task: TaskNeed) -> Bool {
        task.capabilities.isSubset(of: capabilities) && (task.agents.isEmpty || task.agents.contains(id))
    }
}
