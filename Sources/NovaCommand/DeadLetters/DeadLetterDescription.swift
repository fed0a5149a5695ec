import KafkaClient
import NovaContract

/// A dead letter in words, and as JSON.
struct DeadLetterDescription {
    let entry: DeadLetterEntry

    private var record: BuriedRecord { entry.record }

    /// `open`, or what became of it.
    var state: String { entry.resolution?.kind.rawValue ?? "open" }

    var died: String { record.diedAt > 0 ? Timestamp.string(milliseconds: record.diedAt) : "" }
    var attempts: String { record.letter.map { String($0.attempts) } ?? "" }

    /// Name and value of everything that is known, in a sensible order.
    ///
    /// - Parameter details: Of the error: they are in the whole record only.
    func lines(details: [NovaError.Detail]) -> [(name: String, value: String)] {
        let letter = record.letter
        let again = entry.places.dropFirst().map { "\($0)" }.joined(separator: ", ")
        let resolved = entry.resolution.map { " at " + Timestamp.string(milliseconds: $0.at) } ?? ""
        let all: [(String, String)] = [
            ("letter", "\(entry.reference)"), ("state", state + resolved), ("written again", again), ("died", died),
            ("code", record.code), ("error", record.message),
        ]
        let places = details.map { ("", "\($0.pointer): \($0.message)") }
        let rest: [(String, String)] = [
            ("attempts", attempts), ("worker", letter?.worker ?? ""), ("type", record.type),
            ("subject", record.subject), ("key", record.key), ("job", record.jobID), ("replay of", record.replay),
            ("original", letter.map { "\($0.topic) \($0.partition):\($0.offset)" } ?? ""),
            ("sent", letter.flatMap { $0.timestamp > 0 ? Timestamp.string(milliseconds: $0.timestamp) : nil } ?? ""),
        ]
        return (all + places + rest).filter { !$0.1.isEmpty }.map { ($0.0, TextLayout.printable($0.1)) }
    }

    var json: JSONObject {
        let letter = record.letter
        return [
            "letter": .string("\(entry.reference)"), "pool": .string(entry.reference.pool.name),
            "partition": JSONValue(Int(entry.reference.place.partition)),
            "offset": JSONValue(entry.reference.place.offset), "state": .string(state),
            "resolved_at": entry.resolution.map { .string(Timestamp.string(milliseconds: $0.at)) } ?? .null,
            "written_again": JSONValue(entry.places.dropFirst().map(\.description)), "died_at": .string(died),
            "error": letter.map { ["code": .string($0.error.code.rawValue), "message": .string($0.error.message)] }
                ?? .null,
            "attempts": letter.map { JSONValue($0.attempts) } ?? .null, "worker": JSONValue(letter?.worker),
            "type": .string(record.type), "subject": .string(record.subject), "key": .string(record.key),
            "job_id": .string(record.jobID), "replay_of": .string(record.replay),
            "bytes": JSONValue(record.bytes), "original": letter.map(Self.original) ?? .null,
        ]
    }

    private static func original(_ letter: DeadLetter) -> JSONValue {
        [
            "topic": .string(letter.topic), "partition": JSONValue(Int(letter.partition)),
            "offset": JSONValue(letter.offset),
            "timestamp": letter.timestamp > 0 ? .string(Timestamp.string(milliseconds: letter.timestamp)) : .null,
        ]
    }
}
