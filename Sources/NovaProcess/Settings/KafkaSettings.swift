package import NovaService

/// Where Kafka is and how it is spoken to.
package struct KafkaSettings: SettingGroup {
    package init() {}
    package static let readers = NovaProgram.allCases

    package let brokers = Setting.text(
        "kafka.brokers",
        default: "127.0.0.1:9092",
        "HOST:PORT of some brokers; the others are learned from them. Several as a list, or separated by commas."
    )
    package let properties = Setting.properties(
        "kafka.properties",
        example: [
            "security.protocol: SASL_SSL", "sasl.mechanism: SCRAM-SHA-512", "sasl.username: nova", "sasl.password: …",
        ],
        """
        Any property of librdkafka, such as TLS and SASL; wins over what Nova chooses. In the environment: \
        NOVA_KAFKA_PROPERTIES="security.protocol=SASL_SSL;sasl.mechanism=SCRAM-SHA-512;…".
        """
    )
}

/// Where Kafka is and how it is spoken to.
package struct KafkaConfiguration: Sendable, Equatable {
    /// `HOST:PORT`, several of them separated by commas: where the cluster is first asked.
    package let brokers: String
    package let clientID: String
    /// Properties of librdkafka, such as TLS and SASL; they win over what Nova chooses.
    ///
    /// May hold secrets: not for logs.
    package let properties: [String: String]

    package init(_ settings: Settings, clientID: String) throws {
        brokers = try settings[\KafkaSettings.brokers]
        properties = try settings[\KafkaSettings.properties]
        self.clientID = clientID
    }
}
