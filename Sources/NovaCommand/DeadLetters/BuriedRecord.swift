import KafkaClient
import NovaContract
import NovaPools

/// A record of a dead-letter topic that is not a resolution, without its payload: what lists and filters need.
///
/// A hundred thousand of them are to fit into memory, so an error is kept without its details.
struct BuriedRecord: Sendable, Equatable {
    let reference: DeadLetterReference
    /// Nil for a record that no worker of Nova wrote.
    let letter: DeadLetter?
    /// Milliseconds since 1970: when it was given up, or where the record does not say, when Kafka got it.
    let diedAt: Int64
    let key: String
    /// Of the original; each is empty where it does not say.
    let type: String
    let subject: String
    let jobID: String
    let replay: String
    /// Of the payload.
    let bytes: Int

    /// Names the original: letters with the same one are the same letter, written again.
    struct Identity: Hashable, Sendable {
        let topic: String
        let partition: Int32
        let offset: Int64
        let replay: String
    }

    init(_ message: KafkaMessage, headers: [String: String], pool: Pool) {
        reference = DeadLetterReference(pool, DeadLetterPlace(partition: message.partition, offset: message.offset))
        letter = DeadLetter(headers: headers)?.withoutDetails
        diedAt = letter?.diedAt ?? message.timestamp ?? 0
        key = message.key.map { String(decoding: $0, as: UTF8.self) } ?? ""
        type = Self.type(headers)
        subject = headers["ce_subject"] ?? ""
        jobID = headers["ce_id"] ?? ""
        replay = headers[Command.replayHeader] ?? ""
        bytes = message.value.count
    }

    /// Nil for a record that is no dead letter: nothing else is the same as it.
    var identity: Identity? {
        letter.map { Identity(topic: $0.topic, partition: $0.partition, offset: $0.offset, replay: replay) }
    }

    var code: String { letter?.error.code.rawValue ?? "" }

    var message: String {
        letter?.error.message ?? "not a dead letter: no worker of Nova wrote this record"
    }

    /// The command's type as jobs show it, or what the record says of its own.
    private static func type(_ headers: [String: String]) -> String {
        do {
            return try Command(headers: headers, payload: [], catalog: NovaPools.catalog).kind.name
        } catch {
            return headers["ce_type"] ?? ""
        }
    }
}

extension DeadLetter {
    fileprivate var withoutDetails: DeadLetter {
        DeadLetter(
            error: NovaError(error.code, error.message),
            attempts: attempts,
            topic: topic,
            partition: partition,
            offset: offset,
            timestamp: timestamp,
            diedAt: diedAt,
            worker: worker
        )
    }
}

extension KafkaMessage {
    /// Headers by name; of a repeated name the last, as workers read them.
    var headersByName: [String: String] {
        var named: [String: String] = [:]
        for header in headers {
            if let value = header.value { named[header.name] = String(decoding: value, as: UTF8.self) }
        }
        return named
    }
}
