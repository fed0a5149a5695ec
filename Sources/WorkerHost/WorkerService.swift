import AsyncPrimitives
import KafkaClient
import Logging
import NovaContract
import NovaProcess
import NovaStore
import ServiceLifecycle
import WorkerRuntime

/// Does what the pool needs beforehand, makes sure its topic exists, joins the group, works.
struct WorkerService<Handler: CommandHandler>: Service {
    let configuration: WorkerConfiguration
    let kafka: KafkaConfiguration
    let topics: TopicConfiguration
    let groupInstance: String?
    let handler: Handler
    let prepare: @Sendable (Logger) async throws -> Void
    let store: Store
    let logger: Logger
    let onAssigned: @Sendable (Int) -> Void

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await prepare(logger)
                try await topics.provide(
                    [configuration.pool],
                    names: configuration.topics,
                    kafka: kafka,
                    logger: logger
                )
            }
        } catch is CancellationError {
            // Stopped before it had begun.
            return
        }
        let producer = try KafkaProducer(configuration: producer, logger: logger)
        try await withResource(producer, close: { await $0.close(deadline: .seconds(5)) }) { try await work($0) }
    }

    private func work(_ producer: KafkaProducer) async throws {
        await warmUp(producer)
        let worker = Worker(
            configuration: configuration,
            handler: handler,
            consumer: try KafkaConsumer(configuration: consumer, logger: logger),
            deadLetterPublisher: DeadLetterPublisher(configuration: configuration, producer: producer, logger: logger),
            store: store,
            logger: logger,
            onAssigned: onAssigned
        )
        try await worker.run()
    }

    /// So that the client of the first command that fails does not wait for connections.
    private func warmUp(_ producer: KafkaProducer) async {
        let topic = configuration.topics.deadLetters(configuration.pool)
        do {
            try await producer.warmUp(topics: [topic], timeout: .seconds(2))
        } catch {
            logger.warning(
                "the topic of dead letters is not there yet",
                metadata: ["topic": "\(topic)", "error": "\(error)"]
            )
        }
    }

    /// Of dead letters.
    private var producer: KafkaProducerConfiguration {
        // Without this librdkafka refuses what is larger than 1 MB.
        let ours = ["message.max.bytes": String(min(topics.maximumLetterBytes, 1_000_000_000))]
        return KafkaProducerConfiguration(
            bootstrapServers: kafka.brokers,
            clientID: kafka.clientID,
            properties: ours.merging(kafka.properties) { $1 }
        )
    }

    private var consumer: KafkaConsumerConfiguration {
        var consumer = KafkaConsumerConfiguration(
            bootstrapServers: kafka.brokers,
            clientID: kafka.clientID,
            groupID: configuration.topics.group(configuration.pool),
            topics: [configuration.topics.commands(configuration.pool)],
            // A topic that is made later, or gets more partitions, is noticed within seconds, not minutes.
            properties: ["topic.metadata.refresh.interval.ms": "10000"].merging(kafka.properties) { $1 }
        )
        consumer.groupInstanceID = groupInstance
        return consumer
    }
}
