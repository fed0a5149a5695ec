import AsyncPrimitives
package import KafkaClient
package import Logging
import Metrics
import NovaContract

/// Writes dead letters.
///
/// A letter may be written twice: by a worker that died before it could end the job, and by its successor.
package struct DeadLetterPublisher: Sendable {
    private let configuration: WorkerConfiguration
    private let producer: KafkaProducer
    private let logger: Logger

    /// - Parameter producer: stays the caller's to close.
    package init(configuration: WorkerConfiguration, producer: KafkaProducer, logger: Logger) {
        self.configuration = configuration
        self.producer = producer
        self.logger = logger
    }

    /// Returns true when every in-sync replica has the letter; tries until then, for without it a command would be lost.
    ///
    /// False where the task or `signal` hands the record over; a later worker buries it. A letter that Kafka takes in no
    /// case (it is larger than the topic allows) is counted in `nova_dead_letters_refused_total` and logged, and is not
    /// waited for.
    func bury(
        _ message: KafkaMessage,
        _ error: NovaError,
        attempts: Int,
        _ signal: CancellationSignal,
        _ logger: Logger
    ) async -> Bool {
        let record = record(message, error, attempts)
        let dimensions = [("pool", configuration.pool.name), ("code", error.code.rawValue)]
        do {
            let place = try await retrying(configuration.outageBackoff) {
                try await producer.send(record)
            } onFailure: { failed in
                guard !Self.isRefusal(failed.error), !signal.isLeft else { return nil }
                logger.error(
                    "a dead letter was not written",
                    metadata: ["error": "\(failed.error)", "after": "\(failed.delay)"]
                )
                return failed.delay
            }
            Counter(label: "nova_dead_letters_total", dimensions: dimensions).increment()
            logger.warning(
                "dead letter written",
                metadata: ["error": "\(error)", "letter": "\(place.partition):\(place.offset)"]
            )
            return true
        } catch let refusal where Self.isRefusal(refusal) {
            Counter(label: "nova_dead_letters_refused_total", dimensions: dimensions).increment()
            logger.critical("a dead letter was refused", metadata: ["error": "\(refusal)", "reason": "\(error)"])
            return true
        } catch {
            // Cancelled or handed over.
            return false
        }
    }

    private static func isRefusal(_ error: any Error) -> Bool {
        (error as? KafkaError)?.name == "MSG_SIZE_TOO_LARGE"
    }

    private func record(_ message: KafkaMessage, _ error: NovaError, _ attempts: Int) -> KafkaRecord {
        let letter = DeadLetter(
            error: error,
            attempts: attempts,
            topic: message.topic,
            partition: message.partition,
            offset: message.offset,
            timestamp: message.timestamp ?? 0,
            diedAt: Timestamp.milliseconds(),
            worker: configuration.workerID
        )
        return KafkaRecord(
            topic: configuration.topics.deadLetters(configuration.pool),
            key: message.key,
            value: message.value,
            headers: message.headers + letter.headers.map { KafkaHeader($0.name, $0.value) }
        )
    }
}
