/// A header of a record.
///
/// Names may repeat; their order is kept.
package struct KafkaHeader: Sendable, Hashable {
    /// UTF-8 without NUL, which librdkafka would take for its end.
    package let name: String
    /// Nil is Kafka's null, which is not the same as empty.
    package let value: [UInt8]?

    package init(_ name: String, _ value: String) {
        self.init(name, bytes: Array(value.utf8))
    }

    package init(_ name: String, bytes: [UInt8]?) {
        self.name = name
        value = bytes
    }
}
