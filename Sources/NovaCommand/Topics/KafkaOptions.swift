import ArgumentParser
import AsyncPrimitives
import KafkaClient
import NovaContract
import NovaPools
import NovaProcess

/// Which Kafka a command works on: as the gateways are told, or by options.
struct KafkaOptions: ParsableArguments {
    @Option(name: .long, help: "Settings file of a gateway or worker. Else the one of NOVA_CONFIG, if any.")
    var config: String?

    @Option(
        name: .long,
        help: "HOST:PORT of brokers, separated by commas. Else NOVA_KAFKA_BROKERS, else kafka.brokers of the file."
    )
    var brokers: String?

    @Option(name: .long, help: "Begins the names of topics and groups. Else NOVA_PREFIX, else nova.")
    var prefix: String?

    /// Opens an admin client for `body`.
    ///
    /// - Throws: `CommandFailure`, and what `body` throws.
    func withAdmin<Value>(_ body: (KafkaAdmin, TopicNames, TopicConfiguration) async throws -> Value) async throws
        -> Value
    {
        try await withKafka { try await body($0.admin, $0.names, $0.topics) }
    }

    /// The same for a `body` that reads and writes records too.
    func withKafka<Value>(_ body: (ToolKafka) async throws -> Value) async throws -> Value {
        let (settings, topics) = try await ToolSettings.load(
            file: config,
            overrides: ["NOVA_KAFKA_BROKERS": brokers, "NOVA_PREFIX": prefix]
        )
        let admin = try Self.admin(settings.kafka)
        do {
            return try await withResource(admin, close: { await $0.close() }) { admin in
                try await body(
                    ToolKafka(admin: admin, names: settings.topics, topics: topics, settings: settings.kafka)
                )
            }
        } catch let error as KafkaError {
            throw Self.failure(error, settings.kafka)
        }
    }

    private static func admin(_ kafka: KafkaConfiguration) throws -> KafkaAdmin {
        let configuration = KafkaAdminConfiguration(
            bootstrapServers: kafka.brokers,
            clientID: kafka.clientID,
            properties: kafka.properties
        )
        do {
            return try KafkaAdmin(configuration: configuration, logger: .quiet)
        } catch let error as KafkaError {
            throw CommandFailure(.configuration, "setting kafka.properties: \(error.message)")
        }
    }

    private static func failure(_ error: KafkaError, _ kafka: KafkaConfiguration) -> CommandFailure {
        let isRefusal = error.name.contains("AUTHORIZATION_FAILED") || error.name.contains("AUTHENTICATION")
        if isRefusal { return CommandFailure(.refused, "Kafka at \(kafka.brokers) refused: \(error)") }
        guard error.isRetriable || error.code < 0 else {
            return CommandFailure(.failed, "Kafka at \(kafka.brokers): \(error)")
        }
        return CommandFailure(
            .unavailable,
            "Kafka at \(kafka.brokers) does not answer: \(error). Name others by --brokers, NOVA_KAFKA_BROKERS or "
                + "--config FILE"
        )
    }
}

extension Pool: ExpressibleByArgument {
    package init?(argument: String) {
        guard let pool = NovaPools.pool(named: argument) else { return nil }
        self = pool
    }

    package static var allValueStrings: [String] { NovaPools.all.map(\.name) }
}
