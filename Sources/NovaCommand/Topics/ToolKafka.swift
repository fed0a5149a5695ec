import KafkaClient
import NovaContract
import NovaProcess

/// Kafka, as a command has it in hand.
struct ToolKafka: Sendable {
    let admin: KafkaAdmin
    let names: TopicNames
    let topics: TopicConfiguration
    let settings: KafkaConfiguration

    var reader: KafkaTopicReader {
        let configuration = KafkaTopicReaderConfiguration(
            bootstrapServers: settings.brokers,
            clientID: settings.clientID,
            properties: settings.properties
        )
        return KafkaTopicReader(configuration: configuration, logger: .quiet)
    }

    /// Opens a producer for `body`, which awaits the reports of what it sends.
    func withProducer<Value>(_ body: (KafkaProducer) async throws -> Value) async throws -> Value {
        // Without this librdkafka refuses what is larger than 1 MB.
        let ours = ["message.max.bytes": String(min(topics.maximumLetterBytes, 1_000_000_000))]
        let configuration = KafkaProducerConfiguration(
            bootstrapServers: settings.brokers,
            clientID: settings.clientID,
            properties: ours.merging(settings.properties) { $1 }
        )
        let producer = try KafkaProducer(configuration: configuration, logger: .quiet)
        do {
            let value = try await body(producer)
            await producer.close(deadline: .seconds(5))
            return value
        } catch {
            await producer.close(deadline: .zero)
            throw error
        }
    }
}
