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
            // Another part has failed, and the process ends: what is in flight is not waited for as long.
            return await producer.close(deadline: min(deadline, .seconds(2)))
        }
        await producer.close(deadline: deadline)
    }
}
