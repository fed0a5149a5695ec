/// What a consumer tells its reader.
///
/// Changes of the assignment go ahead of buffered messages. Messages of a partition come only between its `assigned`
/// and its `revoked` or `lost`: buffered ones of a partition that goes are dropped, and its next owner reads them.
package enum KafkaConsumerEvent: Sendable {
    case message(KafkaMessage)
    /// Partitions that are ours from now on, in addition to those we have.
    case assigned([KafkaTopicPartition])
    /// Commit what is finished of these partitions, then call `KafkaConsumer.finish(_:)`.
    case revoked(KafkaRevocation)
    /// Partitions that are ours no more; another member may have them already and a commit of theirs will fail.
    case lost([KafkaTopicPartition])
    /// JSON as librdkafka makes it, where `statistics.interval.ms` is set. An unread one is replaced by the next.
    case statistics(String)
    /// A fault that librdkafka goes on after. Past 32 unread ones the oldest are dropped; they are in the log.
    case error(KafkaError)
}
