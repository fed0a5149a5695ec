import CRdkafka

/// Turns property names and values into librdkafka's configuration object.
enum ClientProperties {
    /// The caller owns the result until `rd_kafka_new` takes it.
    ///
    /// - Throws: naming the property that is unknown or whose value is not allowed.
    static func make(_ properties: [String: String], events: Int32) throws(KafkaError) -> OpaquePointer {
        guard let configuration = rd_kafka_conf_new() else { throw .invalid("no memory for a configuration") }
        do throws(KafkaError) {
            // Log lines become events of the main queue, not text on standard error.
            try set("log.queue", "true", of: configuration)
            for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
                try set(name, value, of: configuration)
            }
        } catch {
            rd_kafka_conf_destroy(configuration)
            throw error
        }
        rd_kafka_conf_set_events(configuration, events)
        return configuration
    }

    private static func set(_ name: String, _ value: String, of configuration: OpaquePointer) throws(KafkaError) {
        var text = [CChar](repeating: 0, count: 512)
        switch rd_kafka_conf_set(configuration, name, value, &text, text.count) {
        case RD_KAFKA_CONF_OK:
            return
        case RD_KAFKA_CONF_UNKNOWN:
            throw .invalid("unknown Kafka property '\(name)'")
        default:
            // librdkafka quotes the value, which may be a secret.
            throw .invalid("value not allowed for Kafka property '\(name)'\(isSecret(name) ? "" : ": \(text.string)")")
        }
    }

    private static func isSecret(_ name: String) -> Bool {
        ["password", "secret", "key", "sasl", "pem", "token"].contains { name.contains($0) }
    }
}

extension [CChar] {
    /// The text up to the first NUL.
    var string: String { String(decoding: prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) }
}
