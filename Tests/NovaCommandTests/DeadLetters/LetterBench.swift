import FlowPool
import KafkaClient
import Logging
import NovaContract
import NovaTestKit
import Testing

@testable import NovaCommand

/// A broker with the topics of one pool, and what is needed to write letters there and to run commands on them.
struct LetterBench: Sendable {
    let prefix: String
    let servers: String
    let broker: TestBroker
    let producer: KafkaProducer

    var names: TopicNames { TopicNames(prefix: prefix) }
    var environment: [String: String] { ["NOVA_KAFKA_BROKERS": servers, "NOVA_PREFIX": prefix] }

    static func run(_ kind: BrokerKind, _ body: (LetterBench) async throws -> Void) async throws {
        try await withBroker(kind) { broker in
            let prefix = uniqueName("dead")
            try await makeTopics(broker, prefix)
            let configuration = KafkaProducerConfiguration(bootstrapServers: broker.bootstrapServers, clientID: "test")
            let producer = try KafkaProducer(configuration: configuration, logger: .quiet)
            do {
                try await body(
                    LetterBench(prefix: prefix, servers: broker.bootstrapServers, broker: broker, producer: producer)
                )
                await producer.close(deadline: .seconds(5))
            } catch {
                await producer.close(deadline: .zero)
                throw error
            }
        }
    }

    private static func makeTopics(_ broker: TestBroker, _ prefix: String) async throws {
        let names = TopicNames(prefix: prefix)
        if broker.kind == .embedded {
            try await broker.order("topic \(names.commands(.optimization)) 2")
            try await broker.order("topic \(names.deadLetters(.optimization)) 1")
        } else {
            let arguments = ["topics", "create", "optimization", "--partitions", "2", "--prefix", prefix]
            let run = await CommandRun.nova(arguments + ["--brokers", broker.bootstrapServers])
            try #require(run.code == 0, "\(run.errors)")
        }
    }

    func nova(_ arguments: String..., answer: String? = nil) async -> CommandRun {
        await Confirmation.$read.withValue({ answer }) {
            await CommandRun.nova(["dead-letters"] + arguments, environment: environment)
        }
    }

    /// As workers write them.
    @discardableResult
    func bury(_ samples: SampleLetter...) async throws -> [String] {
        try await bury(samples)
    }

    @discardableResult
    func bury(_ samples: [SampleLetter]) async throws -> [String] {
        var places: [String] = []
        for var sample in samples {
            sample.prefix = prefix
            let delivery = try await producer.send(sample.record())
            places.append("\(sample.pool.name)/\(delivery.partition):\(delivery.offset)")
        }
        return places
    }

    /// Everything that lies in the topic, by partition and offset.
    func records(of topic: String) async throws -> [KafkaMessage] {
        let configuration = KafkaTopicReaderConfiguration(bootstrapServers: servers, clientID: "test")
        var records: [KafkaMessage] = []
        try await KafkaTopicReader(configuration: configuration, logger: .quiet).read(topic) { records += $0 }
        return records.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
    }

    func commands() async throws -> [KafkaMessage] { try await records(of: names.commands(.optimization)) }

    /// Places of the letters that are listed.
    func listed(_ arguments: String...) async throws -> [String] {
        let run = await CommandRun.nova(["dead-letters", "list", "--json"] + arguments, environment: environment)
        try #require(run.code == 0, "\(run.errors)")
        let letters = try JSONValue(parsing: run.output)["dead_letters"]?.arrayValue
        return try #require(letters).compactMap { $0["letter"]?.stringValue }
    }
}
