/// A record as a consumer reads it.
package struct KafkaMessage: Sendable {
    package let topic: String
    package let partition: Int32
    package let offset: Int64
    package let key: [UInt8]?
    /// Empty also for a record without a value (a tombstone).
    package let value: [UInt8]
    package let headers: [KafkaHeader]
    /// Milliseconds since 1970, of the producer or of the broker, as the topic is set up.
    package let timestamp: Int64?

    package init(
        topic: String,
        partition: Int32,
        offset: Int64,
        key: [UInt8]?,
        value: [UInt8],
        headers: [KafkaHeader] = [],
        timestamp: Int64? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }

    package var topicPartition: KafkaTopicPartition { KafkaTopicPartition(topic: topic, partition: partition) }

    /// Bytes it holds on to, near enough to bound a buffer by.
    var footprint: Int {
        headers.reduce(128 + value.count + (key?.count ?? 0)) { $0 + 64 + $1.name.utf8.count + ($1.value?.count ?? 0) }
    }
}
