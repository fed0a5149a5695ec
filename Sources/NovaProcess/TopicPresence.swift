import AsyncPrimitives
import KafkaClient
package import Logging
import Synchronization

/// Looks whether topics are there, without the side effect that asking for one by its name has: many brokers make it
/// then, with as many partitions as they like.
///
/// Asks for the list of all topics, until the ones wanted are in it; from then on it says yes without asking.
package final class TopicPresence: Sendable {
    /// Some are not there.
    package struct Missing: Error, CustomStringConvertible {
        let names: [String]

        package var description: String {
            "no topic \(names.joined(separator: ", ")): make it with `nova topics create`, or set topics.create"
        }
    }

    private let names: [String]
    private let kafka: KafkaConfiguration
    private let logger: Logger
    private let areThere = Atomic<Bool>(false)

    package init(_ names: [String], kafka: KafkaConfiguration, logger: Logger) {
        self.names = names
        self.kafka = kafka
        self.logger = logger
    }

    /// - Throws: `Missing`, or `KafkaError` where Kafka does not answer within 2 s.
    package func check() async throws {
        guard !areThere.load(ordering: .relaxed) else { return }
        let present = Set(try await list())
        let missing = names.filter { !present.contains($0) }
        guard missing.isEmpty else { throw Missing(names: missing) }
        areThere.store(true, ordering: .relaxed)
    }

    private func list() async throws -> [String] {
        var configuration = KafkaAdminConfiguration(
            bootstrapServers: kafka.brokers,
            clientID: kafka.clientID,
            properties: kafka.properties
        )
        configuration.requestTimeout = .seconds(2)
        let admin = try KafkaAdmin(configuration: configuration, logger: logger)
        return try await withResource(admin, close: { await $0.close() }) { try await $0.listTopics() }
    }
}
