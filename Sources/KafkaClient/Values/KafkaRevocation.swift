/// Partitions the group wants back.
///
/// They stay ours until `KafkaConsumer.finish(_:)` or the revocation deadline.
package struct KafkaRevocation: Sendable, Hashable {
    package let partitions: [KafkaTopicPartition]
    /// Tells this revocation from an earlier one of the same partitions.
    let id: UInt
}
