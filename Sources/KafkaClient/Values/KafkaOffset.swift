/// A place in a partition: the offset of the next record to read, as Kafka commits it.
package struct KafkaOffset: Sendable, Hashable {
    package let topicPartition: KafkaTopicPartition
    package let offset: Int64

    package init(topicPartition: KafkaTopicPartition, offset: Int64) {
        self.topicPartition = topicPartition
        self.offset = offset
    }
}
