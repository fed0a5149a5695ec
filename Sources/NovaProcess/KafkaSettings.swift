package import NovaService

/// Where Kafka is and how it is spoken to.
package struct KafkaSettings: Sendable, Equatable {
    /// `HOST:PORT`, several of them separated by commas: where the cluster is first asked.
    package let brokers: String
    package let clientID: String
    /// Properties of librdkafka, such as TLS and SASL; they win over what Nova chooses.
    ///
    /// May hold secrets: not for logs.
    package let properties: [String: String]

    /// Reads `kafka.brokers` and everything below `kafka.properties`.
    package init(_ settings: Settings, clientID: String) throws {
        brokers = settings.string("kafka.brokers", default: "127.0.0.1:9092")
        properties = try settings.strings(under: "kafka.properties")
        self.clientID = clientID
    }
}
