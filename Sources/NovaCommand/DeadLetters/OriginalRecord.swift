import KafkaClient
import NovaContract
import NovaPools

extension KafkaRecord {
    /// The record that died, to be sent to where it came from, marked as the replay of its letter.
    ///
    /// A command gets as long as it had at first: the deadline that it brings may be over.
    ///
    /// - Parameters:
    ///   - message: The letter's record.
    ///   - place: The letter's name, which is the same however often it is replayed.
    ///   - now: Milliseconds since 1970.
    init(replaying message: KafkaMessage, of letter: DeadLetter, at place: DeadLetterPlace, now: Int64) {
        let command = Self.command(message)
        let renewed = command.flatMap { Self.renewedDeadline($0, now: now) }
        let originals = message.headers.compactMap { header -> KafkaHeader? in
            if header.name.hasPrefix(DeadLetter.headerPrefix) || header.name == Command.replayHeader { return nil }
            guard header.name == Self.deadlineHeader, let renewed else { return header }
            return KafkaHeader(header.name, Timestamp.string(milliseconds: renewed))
        }
        self.init(
            topic: letter.topic,
            // A letter of an older version may have a key of that version: it goes where the entity's commands go today.
            key: command.map { Array($0.orderingKey.utf8) } ?? message.key,
            value: message.value,
            headers: originals + [KafkaHeader(Command.replayHeader, place.description)]
        )
    }

    /// As `Command.headers` writes it.
    private static let deadlineHeader = "ce_novadeadline"

    /// Nil for a record that is not a command.
    private static func command(_ message: KafkaMessage) -> Command? {
        do {
            return try Command(headers: message.headersByName, payload: [], catalog: NovaPools.catalog)
        } catch {
            return nil
        }
    }

    /// Nil for a command without a deadline.
    private static func renewedDeadline(_ command: Command, now: Int64) -> Int64? {
        command.deadline.map { now + max(0, $0 - command.createdAt) }
    }
}

extension KafkaRecord {
    /// Says behind a letter what became of it.
    init(_ resolution: DeadLetterResolution, topic: String) {
        self.init(
            topic: topic,
            partition: resolution.place.partition,
            key: nil,
            value: [],
            headers: resolution.headers.map { KafkaHeader($0.name, $0.value) }
        )
    }
}
