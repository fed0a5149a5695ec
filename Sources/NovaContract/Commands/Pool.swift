/// A worker pool: one Kafka topic of commands, one consumer group, one kind of executable.
package enum Pool: String, Sendable, CaseIterable {
    case optimization
    case allocation
    case coordination
    case memory
}

/// The names of Kafka topics and consumer groups, below one prefix so that several Novas can share a cluster.
package struct TopicNames: Sendable, Equatable {
    package let prefix: String

    package init(prefix: String = "nova") { self.prefix = prefix }

    package func commands(_ pool: Pool) -> String { "\(prefix).\(pool.rawValue).commands" }
    /// Records that no worker could carry out.
    package func deadLetters(_ pool: Pool) -> String { "\(prefix).\(pool.rawValue).dead-letters" }
    package func group(_ pool: Pool) -> String { "\(prefix).\(pool.rawValue)" }
}
