import KafkaClient
import Testing

@Suite("Admin", .timeLimit(.minutes(2)))
struct AdminTests {
    @Test("Topics are listed and described; asking creates none")
    func topics() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 3) { cluster in
            try cluster.createTopic("b", partitions: 2, replicationFactor: 3)
            try cluster.createTopic("a", partitions: 1)
            try await withAdmin(cluster.bootstrapServers) { admin in
                #expect(try await admin.listTopics() == ["a", "b"])
                let topics = try await admin.describe(["b", "absent"])
                #expect(topics.map(\.name) == ["b"])
                #expect(topics.first?.partitions.map(\.partition) == [0, 1])
                for partition in topics.first?.partitions ?? [] {
                    #expect((1...3).contains(partition.leader ?? 0))
                    #expect(partition.replicas.count == 3)
                    #expect(partition.inSyncReplicas.count == 3)
                }
                #expect(try await admin.listTopics() == ["a", "b"])
            }
        }
    }

    @Test("Lag counts from the committed offset, or from the oldest record")
    func lag() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 3) { cluster in
            let servers = cluster.bootstrapServers
            try cluster.createTopic("t", partitions: 3)
            try await withProducer(servers) { producer in
                try await producer.send(0..<10, topic: "t", partition: 0)
                try await producer.send(0..<5, topic: "t", partition: 1)
            }
            try await withConsumer(servers, group: "g", topics: ["t"]) { consumer, reader in
                _ = try await reader.messages(15)
                let place = KafkaTopicPartition(topic: "t", partition: 0)
                try await consumer.commit([KafkaOffset(topicPartition: place, offset: 8)])
            }
            try await withAdmin(servers) { admin in
                let lag = try await admin.lag(group: "g", topic: "t")
                #expect(lag.map(\.partition) == [0, 1, 2])
                #expect(lag.map(\.committed) == [8, nil, nil])
                #expect(lag.map(\.end) == [10, 5, 0])
                #expect(lag.map(\.lag) == [2, 5, 0])
                let error = await #expect(throws: KafkaError.self) { try await admin.lag(group: "g", topic: "absent") }
                #expect(error?.name == "UNKNOWN_TOPIC_OR_PART")
            }
        }
    }

    @Test("Without brokers a call ends with its timeout, and closing waits for it")
    func noBroker() async throws {
        var configuration = KafkaAdminConfiguration(bootstrapServers: nowhere, clientID: "a")
        configuration.requestTimeout = .milliseconds(300)
        let admin = try KafkaAdmin(configuration: configuration, logger: quiet)
        await #expect(throws: KafkaError.self) { try await admin.listTopics() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: KafkaError.self) { try await admin.listTopics() }
            }
            await admin.close()
        }
    }
}
