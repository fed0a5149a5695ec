import KafkaClient
import Logging
import NovaContract
import NovaStore

extension CommandService {
    /// Publishes and waits.
    ///
    /// The waiter is there before the command is, so that no reply can come too early.
    func publish(
        _ command: Command,
        _ idempotency: IdempotencyClaim?,
        _ deadline: ContinuousClock.Instant
    ) async -> JobEnding {
        let waiter = command.replyTo.isEmpty ? nil : replies.register(command.jobID, command.owner, until: deadline)
        do {
            _ = try await producer.send(record(command))
        } catch {
            if await withdraw(command, idempotency, error) {
                if let waiter { replies.remove(waiter) }
                return .failed(command.jobID, Self.error(of: error))
            }
        }
        guard let waiter else { return .pending(command.jobID) }
        return await replies.ending(of: waiter)
    }

    private func record(_ command: Command) -> KafkaRecord {
        KafkaRecord(
            topic: topics.commands(command.kind.pool),
            partition: nil,
            key: Array(command.orderingKey.utf8),
            value: command.payload,
            headers: command.headers.map { KafkaHeader($0.name, $0.value) }
        )
    }

    /// Takes the job back, whose command Kafka did not acknowledge, so that it does not stay queued and the client may
    /// try again with the same key.
    ///
    /// - Returns: false where a worker has the command after all.
    private func withdraw(_ command: Command, _ idempotency: IdempotencyClaim?, _ cause: any Error) async -> Bool {
        let error = Self.error(of: cause)
        logger.error(
            "a command was not published",
            metadata: ["job_id": "\(command.jobID)", "request_id": "\(command.requestID)", "error": "\(cause)"]
        )
        do {
            return try await store.admission.withdraw(command, idempotency: idempotency, error: error)
        } catch {
            withdrawals.add(command, idempotency, Self.error(of: cause))
            return true
        }
    }

    static func error(of cause: any Error) -> NovaError {
        // The broker's limit may be lower than ours.
        if let error = cause as? KafkaError, error.name == "MSG_SIZE_TOO_LARGE" {
            return NovaError(.payloadTooLarge, "the body is larger than Kafka takes")
        }
        return NovaError(.serviceUnavailable, "the command could not be published", retryAfter: 1)
    }
}
