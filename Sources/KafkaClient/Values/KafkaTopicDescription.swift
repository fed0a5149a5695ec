/// A topic as the cluster's metadata shows it.
package struct KafkaTopicDescription: Sendable, Hashable {
    package let name: String
    /// By ascending number.
    package let partitions: [KafkaPartitionDescription]
}

/// A partition and the brokers that hold it.
package struct KafkaPartitionDescription: Sendable, Hashable {
    package let partition: Int32
    /// Nil: it has no leader at present and can be neither written nor read.
    package let leader: Int32?
    package let replicas: [Int32]
    package let inSyncReplicas: [Int32]
}
