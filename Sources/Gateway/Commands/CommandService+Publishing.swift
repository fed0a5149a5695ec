import FaultPoints
import KafkaClient
import Logging
import NovaAPI
import NovaContract
import NovaStore

extension CommandService {
    /// Publishes and waits.
    ///
    /// The waiter is there before the command is, so that no reply can come too early.
    func publish(_ publication: Publication, _ deadline: ContinuousClock.Instant) async -> JobEnding {
        let command = publication.command
        let waiter = command.replyTo.isEmpty ? nil : replies.register(command.jobID, command.owner, until: deadline)
        var mayHaveEnded = publication.isRepetition
        do {
            FaultPoint.gatewayBeforeProduce.reach()
            _ = try await producer.send(record(command))
            FaultPoint.gatewayAfterProduce.reach()
        } catch {
            let fault = self.error(of: error)
            guard await withdraw(publication, error, fault) == .begun else {
                if let waiter { replies.remove(waiter) }
                return .failed(command.jobID, fault)
            }
            mayHaveEnded = true
        }
        if mayHaveEnded { return await replies.follow(command.jobID, owner: command.owner, waiter) }
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
    private func withdraw(
        _ publication: Publication,
        _ cause: any Error,
        _ fault: NovaError
    ) async -> WithdrawVerdict {
        let command = publication.command
        logger.error(
            "a command was not published",
            metadata: ["job_id": "\(command.jobID)", "request_id": "\(command.requestID)", "error": "\(cause)"]
        )
        do {
            return try await store.admission.withdraw(
                command,
                publisher: publication.id,
                idempotency: publication.idempotency,
                error: fault
            )
        } catch {
            rollback.add(publication, fault)
            return .withdrawn
        }
    }

    private func error(of cause: any Error) -> NovaError {
        guard let error = cause as? KafkaError else {
            return NovaError(.serviceUnavailable, "the command could not be published", retryAfter: 1)
        }
        // The broker's limit may be lower than ours.
        if error.name == "MSG_SIZE_TOO_LARGE" {
            return NovaError(.payloadTooLarge, "the body is larger than Kafka takes")
        }
        if error.isQueueFull { return overload.refusal(.queue) }
        return NovaError(.serviceUnavailable, "the command could not be published", retryAfter: 1)
    }
}
