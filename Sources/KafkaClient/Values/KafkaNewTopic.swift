/// A topic to create.
package struct KafkaNewTopic: Sendable {
    package let name: String
    /// At least 1.
    package let partitions: Int32
    /// Nil: the broker's default.
    package let replicationFactor: Int32?
    /// Topic settings such as `retention.ms`.
    package let settings: [String: String]

    package init(name: String, partitions: Int32, replicationFactor: Int32? = nil, settings: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.settings = settings
    }
}

/// What became of a topic to create.
package enum KafkaTopicCreation: Sendable, Hashable {
    case created
    /// It was there before; its partitions and settings may differ from those asked for.
    case alreadyExists
    case failed(KafkaError)
}
