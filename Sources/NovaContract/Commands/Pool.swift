/// A worker pool: one Kafka topic of commands, one consumer group, one kind of executable.
package struct Pool: Sendable, Hashable, CustomStringConvertible {
    /// Part of the names of topics, groups and executables.
    package let name: String
    /// Part of the names in Redis of what the pool's commands change.
    package let stateName: String

    package init(name: String, stateName: String) {
        self.name = name
        self.stateName = stateName
    }

    package var description: String { name }
}

/// The names of Kafka topics and consumer groups, below one prefix so that several Novas can share a cluster.
package struct TopicNames: Sendable, Equatable {
    package let prefix: String

    package init(prefix: String = "nova") { self.prefix = prefix }

    package func commands(_ pool: Pool) -> String { "\(prefix).\(pool.name).commands" }
    /// Records that no worker could carry out.
    package func deadLetters(_ pool: Pool) -> String { "\(prefix).\(pool.name).dead-letters" }
    package func group(_ pool: Pool) -> String { "\(prefix).\(pool.name)" }
}
