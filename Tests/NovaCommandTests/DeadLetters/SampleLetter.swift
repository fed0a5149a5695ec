import FlowPool
import KafkaClient
import NovaContract

@testable import NovaCommand

/// A dead letter to write, as a worker writes it.
struct SampleLetter {
    var pool = Pool.optimization
    var prefix = "nova"
    /// Offset of the original.
    var offset: Int64 = 0
    var partition: Int32 = 0
    var code = ErrorCode.serviceError
    var message = "the solver gave up"
    var details: [NovaError.Detail] = []
    var job = "job-1"
    var flow = "nightly"
    var replay = ""
    /// Milliseconds since 1970.
    var diedAt: Int64 = 1_700_000_000_000
    var deadline: Int64?
    var value = Array(#"{"flow_id":"nightly"}"#.utf8)

    static let createdAt: Int64 = 1_699_999_990_000

    var command: Command {
        Command(
            jobID: job,
            kind: .optimizeFlow,
            entityID: flow,
            owner: "team",
            domain: "professional",
            keyID: "key-1",
            requestID: "request-1",
            createdAt: Self.createdAt,
            deadline: deadline,
            replay: replay,
            payload: value
        )
    }

    var letter: DeadLetter {
        DeadLetter(
            error: NovaError(code, message, details: details),
            attempts: 3,
            topic: TopicNames(prefix: prefix).commands(pool),
            partition: partition,
            offset: offset,
            timestamp: Self.createdAt,
            diedAt: diedAt,
            worker: "worker-1"
        )
    }

    var headers: [KafkaHeader] { (command.headers + letter.headers).map { KafkaHeader($0.name, $0.value) } }
    var key: [UInt8] { Array(command.orderingKey.utf8) }
    var topic: String { TopicNames(prefix: prefix).deadLetters(pool) }

    func record(partition: Int32? = nil) -> KafkaRecord {
        KafkaRecord(topic: topic, partition: partition, key: key, value: value, headers: headers)
    }

    /// As it is read.
    func message(at place: DeadLetterPlace) -> KafkaMessage {
        KafkaMessage(
            topic: topic,
            partition: place.partition,
            offset: place.offset,
            key: key,
            value: value,
            headers: headers
        )
    }

    /// A record that no worker could read as a command: it has the letter's headers only.
    static func undecodable(prefix: String, offset: Int64, value: [UInt8]) -> KafkaRecord {
        let sample = SampleLetter(
            prefix: prefix,
            offset: offset,
            code: .validationError,
            message: "header ce_type is missing"
        )
        return KafkaRecord(
            topic: sample.topic,
            key: nil,
            value: value,
            headers: sample.letter.headers.map { KafkaHeader($0.name, $0.value) }
        )
    }
}

extension DeadLetterResolution {
    func message(at offset: Int64) -> KafkaMessage {
        KafkaMessage(
            topic: "t",
            partition: place.partition,
            offset: offset,
            key: nil,
            value: [],
            headers: headers.map { KafkaHeader($0.name, $0.value) }
        )
    }
}
