package import KafkaClient
import ServiceLifecycle

/// Keeps the producer open while requests are answered, and gives what is in flight its time afterwards.
package struct ProducerService: Service {
    let producer: KafkaProducer
    let deadline: Duration

    package init(producer: KafkaProducer, deadline: Duration) {
        self.producer = producer
        self.deadline = deadline
    }

    package func run() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            // Cancelled instead: the producer is closed all the same.
        }
        await producer.close(deadline: deadline)
    }
}
