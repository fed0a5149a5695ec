import KafkaClient
import NovaTestKit
import Testing

@Suite("On a broker that is not librdkafka", .timeLimit(.minutes(3)))
struct IndependentBrokerTests {
    @Test("Topics are created once; what is there already is told apart")
    func topics() async throws {
        try await withBroker(.noida) { broker in
            try await withAdmin(broker.bootstrapServers) { admin in
                let topic = uniqueName("topic")
                let new = KafkaNewTopic(name: topic, partitions: 2, replicationFactor: 1)
                let first = try await admin.createTopics([new])
                #expect(first == [topic: .created])
                #expect(try await admin.createTopics([new]) == [topic: .alreadyExists])
                #expect(try await admin.listTopics().contains(topic))
                #expect(try await admin.describe([topic]).first?.partitions.count == 2)
            }
        }
    }

    @Test("Records, headers, groups, commits and lag")
    func basics() async throws {
        try await withBroker(.noida) { broker in
            let servers = broker.bootstrapServers
            // It refuses session timeouts below six seconds, as Apache Kafka does.
            let patient: (inout KafkaConsumerConfiguration) -> Void = { $0.properties["session.timeout.ms"] = "6000" }
            let topic = uniqueName("topic")
            let place = KafkaTopicPartition(topic: topic, partition: 0)
            try await withAdmin(servers) { admin in
                _ = try await admin.createTopics([KafkaNewTopic(name: topic, partitions: 1, replicationFactor: 1)])
                try await withProducer(servers) { producer in
                    let headers = [KafkaHeader("a", "1"), KafkaHeader("n", bytes: nil)]
                    for number in 0..<10 {
                        let value = Array("\(number)".utf8)
                        let record = KafkaRecord(topic: topic, key: nil, value: value, headers: headers)
                        let delivery = try await producer.send(record)
                        #expect(delivery.offset == Int64(number))
                    }
                }
                try await withConsumer(servers, group: "g", topics: [topic], configure: patient) { consumer, reader in
                    let messages = try await reader.messages(10)
                    #expect(messages.map(\.number) == Array(0..<10))
                    #expect(messages.first?.headers.first == KafkaHeader("a", "1"))
                    #expect(messages.first?.key == nil)
                    try await consumer.commit([KafkaOffset(topicPartition: place, offset: 4)])
                }
                try await withConsumer(servers, group: "g", topics: [topic], configure: patient) { _, reader in
                    let messages = try await reader.messages(6)
                    #expect(messages.map(\.number) == Array(4..<10))
                }
                #expect(try await admin.lag(group: "g", topic: topic).map(\.lag) == [6])
            }
        }
    }
}
