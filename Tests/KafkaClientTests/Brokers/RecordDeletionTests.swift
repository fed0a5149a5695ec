import KafkaClient
import NovaTestKit
import Testing

@Suite("Deleting old records", .timeLimit(.minutes(2)))
struct RecordDeletionTests {
    @Test("A broker that has no such request is told apart from other faults")
    func unsupported() async throws {
        try await withBroker(.embedded) { broker in
            let topic = uniqueName("topic")
            try await broker.order("topic \(topic) 1")
            let place = KafkaTopicPartition(topic: topic, partition: 0)
            try await withAdmin(broker.bootstrapServers) { admin in
                let error = try await fault(of: place, before: 0, admin)
                #expect(error.isUnsupported, "\(error)")
            }
        }
        var configuration = KafkaAdminConfiguration(bootstrapServers: nowhere, clientID: "a")
        configuration.requestTimeout = .milliseconds(300)
        let admin = try KafkaAdmin(configuration: configuration, logger: quiet)
        let error = try await fault(of: KafkaTopicPartition(topic: "t", partition: 0), before: 0, admin)
        #expect(!error.isUnsupported, "\(error)")
        await admin.close()
    }

    @Test("Records below the offset are gone, the others stay, and reading begins at the oldest")
    func deleted() async throws {
        try await withBroker(.noida) { broker in
            let topic = uniqueName("topic")
            let place = KafkaTopicPartition(topic: topic, partition: 0)
            try await withAdmin(broker.bootstrapServers) { admin in
                _ = try await admin.createTopics([KafkaNewTopic(name: topic, partitions: 2, replicationFactor: 1)])
                try await withProducer(broker.bootstrapServers) { try await $0.send(0..<10, topic: topic) }
                let before = KafkaOffset(topicPartition: place, offset: 4)
                let outcome = try await admin.deleteRecords(before: [before])
                #expect(outcome == [place: .deleted(oldest: 4)])
                let left = try await topicReader(broker.bootstrapServers).numbers(topic)
                #expect(left == [0: Array(4..<10)])
            }
        }
    }

    /// The fault, wherever it is told.
    private func fault(of place: KafkaTopicPartition, before offset: Int64, _ admin: KafkaAdmin) async throws
        -> KafkaError
    {
        let outcomes: [KafkaTopicPartition: KafkaRecordDeletion]
        do {
            outcomes = try await admin.deleteRecords(before: [KafkaOffset(topicPartition: place, offset: offset)])
        } catch let error as KafkaError {
            return error
        }
        guard case .failed(let error) = outcomes[place] else { throw Unexpected(outcomes: outcomes) }
        return error
    }

    private struct Unexpected: Error {
        let outcomes: [KafkaTopicPartition: KafkaRecordDeletion]
    }
}
