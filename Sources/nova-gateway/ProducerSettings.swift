import KafkaClient
import NovaProcess
import NovaService

extension KafkaProducerConfiguration {
    /// Reads `kafka.delivery_timeout`, how long a command may take to be acknowledged.
    ///
    /// Past it, the request is answered 503 and the job is withdrawn.
    ///
    /// - Parameter maximumBodyBytes: of a command, which is to fit into one record.
    init(_ settings: Settings, _ kafka: KafkaSettings, maximumBodyBytes: Int) throws {
        // The headers come on top; without this librdkafka refuses what is larger than 1 MB.
        let ours = ["message.max.bytes": String(min(maximumBodyBytes + 65_536, 1_000_000_000))]
        self.init(
            bootstrapServers: kafka.brokers,
            clientID: kafka.clientID,
            properties: ours.merging(kafka.properties) { $1 }
        )
        deliveryTimeout = max(.seconds(1), try settings.duration("kafka.delivery_timeout", default: .seconds(10)))
    }
}
