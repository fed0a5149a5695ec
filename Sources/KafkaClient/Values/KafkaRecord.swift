/// What a producer sends.
package struct KafkaRecord: Sendable {
    package var topic: String
    /// Nil: chosen by the hash of the key, or at random where there is no key.
    package var partition: Int32?
    package var key: [UInt8]?
    /// An empty value is sent as empty, not as null: a tombstone cannot be sent.
    package var value: [UInt8]
    package var headers: [KafkaHeader]

    package init(
        topic: String,
        partition: Int32? = nil,
        key: [UInt8]?,
        value: [UInt8],
        headers: [KafkaHeader] = []
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
    }
}
