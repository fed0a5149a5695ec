/// A record that no worker could carry out, as it is kept in its pool's dead-letter topic.
///
/// Its key, value and headers are those of the original record; what became of it stands in headers that begin with
/// `nova_dead_`. Replaying it is sending the original again.
package struct DeadLetter: Sendable, Equatable {
    /// Why; an exhausted retry's is that of its last attempt, and a record that is not a command has
    /// `VALIDATION_ERROR`.
    package let error: NovaError
    /// Times it was begun; 0 for a record that is not a command.
    package let attempts: Int
    /// Where the original lay.
    package let topic: String
    package let partition: Int32
    package let offset: Int64
    /// Milliseconds since 1970: of the original record (0 where Kafka does not say), and of its end.
    package let timestamp: Int64
    package let diedAt: Int64
    /// The worker that gave it up.
    package let worker: String

    package init(
        error: NovaError,
        attempts: Int,
        topic: String,
        partition: Int32,
        offset: Int64,
        timestamp: Int64,
        diedAt: Int64,
        worker: String
    ) {
        self.error = error
        self.attempts = attempts
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.diedAt = diedAt
        self.worker = worker
    }
}

// MARK: - Headers

extension DeadLetter {
    /// Begins the names of all headers that are not the original's.
    package static let headerPrefix = "nova_dead_"
    /// Of the error in a header: longer messages are cut, so that the letter fits where the original did.
    private static let maximumTextBytes = 2_048
    private static let maximumDetails = 8

    package var headers: [(name: String, value: String)] {
        [
            ("nova_dead_code", error.code.rawValue),
            ("nova_dead_error", Self.short(error).json.jsonString),
            ("nova_dead_attempts", String(attempts)),
            ("nova_dead_topic", topic),
            ("nova_dead_partition", String(partition)),
            ("nova_dead_offset", String(offset)),
            ("nova_dead_timestamp", Timestamp.string(milliseconds: timestamp)),
            ("nova_dead_at", Timestamp.string(milliseconds: diedAt)),
            ("nova_dead_worker", worker),
        ]
    }

    private static func short(_ error: NovaError) -> NovaError {
        func cut(_ text: String) -> String {
            text.utf8.count <= maximumTextBytes ? text : String(text.prefix(maximumTextBytes / 4)) + "…"
        }
        let details = error.details.prefix(maximumDetails).map { NovaError.Detail($0.pointer, cut($0.message)) }
        return NovaError(error.code, cut(error.message), details: Array(details))
    }

    /// Reads what `headers` wrote; nil for a record that is no dead letter.
    package init?(headers: [String: String]) {
        guard let text = headers["nova_dead_error"], let topic = headers["nova_dead_topic"],
            let partition = headers["nova_dead_partition"].flatMap({ Int32($0) }),
            let offset = headers["nova_dead_offset"].flatMap({ Int64($0) }),
            let error = try? JSONValue(parsing: text)
        else { return nil }
        func time(_ name: String) -> Int64 {
            headers[name].flatMap { Timestamp.date($0) }.map { Timestamp.milliseconds($0) } ?? 0
        }
        self.init(
            error: NovaError(json: error),
            attempts: headers["nova_dead_attempts"].flatMap { Int($0) } ?? 0,
            topic: topic,
            partition: partition,
            offset: offset,
            timestamp: time("nova_dead_timestamp"),
            diedAt: time("nova_dead_at"),
            worker: headers["nova_dead_worker"] ?? ""
        )
    }
}
