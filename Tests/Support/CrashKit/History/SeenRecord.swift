/// A record of a topic, read once however often the reader had to begin anew.
package struct SeenRecord: Codable, Sendable, Equatable {
    package enum Topic: String, Codable, Sendable {
        case commands, deadLetters
    }

    package let topic: Topic
    package let partition: Int32
    package let offset: Int64
    /// The entity, `flow:DOMAIN:ID`.
    package let key: String
    /// Empty where the record has none.
    package let jobID: String
    /// The command's type, such as `flow.store`; for resolutions of dead letters and for what is no command, empty.
    package let kind: String

    package init(topic: Topic, partition: Int32, offset: Int64, key: String, jobID: String, kind: String) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.key = key
        self.jobID = jobID
        self.kind = kind
    }
}
