import AsyncPrimitives
package import KafkaClient
package import Logging
package import NovaContract
import Synchronization

/// Reads the command topic and the dead-letter topic from their beginnings into the history, as a group of its own.
package final class TopicTail: Sendable {
    private let servers: String
    private let topics: TopicNames
    private let pool: Pool
    private let group: String
    private let history: History
    private let logger: Logger
    /// The next offset of each partition.
    private let ends = Mutex<[KafkaTopicPartition: Int64]>([:])

    package init(servers: String, topics: TopicNames, pool: Pool, group: String, history: History, logger: Logger) {
        self.servers = servers
        self.topics = topics
        self.pool = pool
        self.group = group
        self.history = history
        self.logger = logger
    }

    /// The next offset it would read.
    package func end(of place: KafkaTopicPartition) -> Int64 { ends.withLock { $0[place] ?? 0 } }

    /// Reads until it is cancelled.
    ///
    /// - Throws: `KafkaError` that librdkafka cannot go on after.
    package func run() async throws {
        var configuration = KafkaConsumerConfiguration(
            bootstrapServers: servers,
            clientID: "crash-tail",
            groupID: group,
            topics: [topics.commands(pool), topics.deadLetters(pool)],
            // Where the group lost its place it reads from the beginning again; the history knows what it has.
            properties: [
                "fetch.wait.max.ms": "50", "session.timeout.ms": "6000", "heartbeat.interval.ms": "500",
                "max.poll.interval.ms": "20000",
                "topic.metadata.refresh.interval.ms": "1000",
            ]
        )
        configuration.closeTimeout = .seconds(2)
        let consumer = try KafkaConsumer(configuration: configuration, logger: logger)
        try await withResource(consumer, close: { await $0.close() }) { try await read($0) }
    }

    private func read(_ consumer: KafkaConsumer) async throws {
        for try await event in consumer.events {
            switch event {
            case .message(let message): take(message)
            case .revoked(let revocation): consumer.finish(revocation)
            case .assigned, .lost, .statistics, .error: continue
            }
        }
    }

    private func take(_ message: KafkaMessage) {
        let headers = Dictionary(
            message.headers.map { ($0.name, String(decoding: $0.value ?? [], as: UTF8.self)) },
            uniquingKeysWith: { _, last in last }
        )
        let type = headers["ce_type"] ?? ""
        history.add(
            SeenRecord(
                topic: message.topic == topics.commands(pool) ? .commands : .deadLetters,
                partition: message.partition,
                offset: message.offset,
                key: String(decoding: message.key ?? [], as: UTF8.self),
                jobID: headers["ce_id"] ?? "",
                kind: String(type.dropFirst("nova.".count).dropLast(".v1".count))
            )
        )
        ends.withLock { ends in
            let place = message.topicPartition
            ends[place] = max(ends[place] ?? 0, message.offset + 1)
        }
    }
}
