/// How a producer reaches its brokers, and the bounds it keeps.
///
/// Idempotent, `acks=all`, no lingering, as far as `properties` does not say otherwise.
package struct KafkaProducerConfiguration: Sendable {
    /// `host:port`, comma separated.
    package var bootstrapServers: String
    package var clientID: String
    /// Records waiting for their report, at most.
    ///
    /// Past it sending fails with `isQueueFull`.
    package var maxOutstanding = 100_000
    /// How long a record is tried before it fails, from 1 s.
    package var deliveryTimeout: Duration = .seconds(30)
    /// Any librdkafka property; wins over ours.
    package var properties: [String: String]

    package init(bootstrapServers: String, clientID: String, properties: [String: String] = [:]) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.properties = properties
    }

    var resolved: [String: String] {
        let ours = [
            "bootstrap.servers": bootstrapServers,
            "client.id": clientID,
            "enable.idempotence": "true",
            "acks": "all",
            "linger.ms": "0",
            "message.timeout.ms": "\(deliveryTimeout.milliseconds)",
            "queue.buffering.max.messages": "\(maxOutstanding)",
        ]
        return ours.merging(properties) { $1 }
    }
}
