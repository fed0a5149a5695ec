import AsyncPrimitives
package import KafkaClient
package import Logging
package import NovaContract
package import NovaService
import NovaStore

/// Whether and how topics are made.
package struct TopicSettings: SettingGroup {
    package init() {}
    package static let readers = NovaProgram.allCases

    package let create = Setting.boolean(
        "topics.create",
        default: true,
        """
        Whether missing topics are made at the start. false where they are made by hand (nova topics create); a gateway is \
        not ready before.
        """
    )
    package let partitions = Setting.integer(
        "topics.partitions",
        default: 8,
        in: 1...10_000,
        """
        Partitions of a topic of commands that is made: the most workers that can share one pool's work. Dead letters have \
        one. Existing topics stay as they are.
        """
    )
    package let replicationFactor = Setting.integer(
        "topics.replication_factor",
        default: 0,
        in: 0...100,
        "Copies of each record in a topic that is made. 0: the broker's default. In production 3."
    )
    package let maximumRecordBytes = Setting.integer(
        "topics.maximum_record_bytes",
        default: 10 * 1_048_576 + 65_536,
        in: 1_024...1_073_741_824,
        "Bytes of one record that a topic that is made takes: a body at its limit, and its headers."
    )
}

/// Whether and how Nova makes the topics it needs.
package struct TopicConfiguration: Sendable, Equatable {
    /// Whether a missing topic is created.
    ///
    /// Where not, it must have been made before.
    package let createsTopics: Bool
    /// Of a topic of commands.
    package var partitions: Int32
    /// Nil: the broker's default.
    package var replicationFactor: Int32?
    /// Of one record: the largest body a gateway takes, and the headers.
    ///
    /// Kafka's own default is 1 MB.
    package let maximumRecordBytes: Int
    /// How long dead letters are kept: as long as a replay cannot apply twice.
    private let letterRetention: Duration

    /// Reads everything below `topics`.
    package init(_ settings: Settings) throws {
        createsTopics = try settings[\TopicSettings.create]
        partitions = Int32(try settings[\TopicSettings.partitions])
        let replication = try settings[\TopicSettings.replicationFactor]
        replicationFactor = replication == 0 ? nil : Int32(replication)
        maximumRecordBytes = try settings[\TopicSettings.maximumRecordBytes]
        letterRetention = try Retention(settings).deadLetters
    }

    /// Of one dead letter: it is a record, with headers of its own on top.
    package var maximumLetterBytes: Int { maximumRecordBytes + 65_536 }

    /// The topics that the pools need: each its commands and its dead letters.
    ///
    /// Dead letters have one partition, for they are few and people read them: so they lie in the order in which the
    /// commands were given up.
    package func topics(of pools: [Pool], names: TopicNames) -> [KafkaNewTopic] {
        pools.flatMap { pool in
            [
                topic(names.commands(pool), partitions, ["max.message.bytes": "\(maximumRecordBytes)"]),
                topic(
                    names.deadLetters(pool),
                    1,
                    [
                        "max.message.bytes": "\(maximumLetterBytes)",
                        "retention.ms": "\(letterRetention.wholeMilliseconds)",
                    ]
                ),
            ]
        }
    }

    private func topic(_ name: String, _ partitions: Int32, _ settings: [String: String]) -> KafkaNewTopic {
        KafkaNewTopic(
            name: name,
            partitions: partitions,
            replicationFactor: replicationFactor,
            settings: settings
        )
    }

    /// Makes sure that the pools' topics exist, trying again until Kafka answers.
    ///
    /// A topic that is there already is left as it is, whatever its partitions.
    ///
    /// - Throws: `KafkaError` where Kafka refuses, `CancellationError`.
    package func provide(_ pools: [Pool], names: TopicNames, kafka: KafkaConfiguration, logger: Logger) async throws {
        guard createsTopics else { return }
        let admin = try KafkaAdmin(
            configuration: KafkaAdminConfiguration(
                bootstrapServers: kafka.brokers,
                clientID: kafka.clientID,
                properties: kafka.properties
            ),
            logger: logger
        )
        try await withResource(admin, close: { await $0.close() }) { try await provide(pools, names, $0, logger) }
    }

    private func provide(_ pools: [Pool], _ names: TopicNames, _ admin: KafkaAdmin, _ logger: Logger) async throws {
        try await retrying(.processStart) {
            let present = Set(try await admin.listTopics())
            let missing = topics(of: pools, names: names).filter { !present.contains($0.name) }
            try await create(missing, admin, logger)
        } onFailure: { failed in
            guard let error = failed.error as? KafkaError, error.isRetriable else { return nil }
            logger.warning("the topics could not be created yet", metadata: ["error": "\(error)"])
            return failed.delay
        }
    }

    private func create(_ topics: [KafkaNewTopic], _ admin: KafkaAdmin, _ logger: Logger) async throws {
        for (name, creation) in try await admin.createTopics(topics) {
            switch creation {
            case .created: logger.notice("topic created", metadata: ["topic": "\(name)"])
            case .alreadyExists: continue
            case .failed(let error): throw error
            }
        }
    }
}

extension ExponentialBackoff {
    /// Between two tries of what must be done before a process begins.
    fileprivate static let processStart = ExponentialBackoff.constant(.milliseconds(500))
}
