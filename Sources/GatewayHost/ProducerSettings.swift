import Gateway
import KafkaClient
import NovaProcess
import NovaService

extension KafkaProducerConfiguration {
    /// Reads `kafka.delivery_timeout`, how long a command may take to be acknowledged.
    ///
    /// Past it, the request is answered 503 and the job is withdrawn. The queue holds what the gateway's requests may
    /// hold, so that it is full only where records outlive their requests.
    init(_ settings: Settings, _ kafka: KafkaConfiguration, _ gateway: GatewayConfiguration) throws {
        let ours = [
            // The headers come on top; without this librdkafka refuses what is larger than 1 MB.
            "message.max.bytes": String(min(gateway.maximumBodyBytes + 65_536, 1_000_000_000)),
            "queue.buffering.max.kbytes": String(min(gateway.maximumBodyBytesInFlight / 1_024 + 1, 2_147_483_647)),
        ]
        self.init(
            bootstrapServers: kafka.brokers,
            clientID: kafka.clientID,
            properties: ours.merging(kafka.properties) { $1 }
        )
        maxOutstanding = gateway.maximumInFlight
        deliveryTimeout = max(.seconds(1), try settings[\GatewaySettings.deliveryTimeout])
    }
}
