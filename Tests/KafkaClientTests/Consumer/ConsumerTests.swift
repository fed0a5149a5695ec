import KafkaClient
import Testing

@Suite("Consumer", .timeLimit(.minutes(3)))
struct ConsumerTests {
    @Test("The next member begins at the committed offset")
    func commit() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            let servers = cluster.bootstrapServers
            try cluster.createTopic("t", partitions: 1)
            let place = KafkaTopicPartition(topic: "t", partition: 0)
            try await withProducer(servers) { try await $0.send(0..<10, topic: "t") }
            try await withConsumer(servers, group: "g", topics: ["t"]) { consumer, reader in
                #expect(try await reader.messages(10).map(\.number) == Array(0..<10))
                try await consumer.commit([KafkaOffset(topicPartition: place, offset: 4)])
            }
            try await withConsumer(servers, group: "g", topics: ["t"]) { _, reader in
                let messages = try await reader.messages(6)
                #expect(messages.map(\.number) == Array(4..<10))
            }
        }
    }

    @Test("A paused partition rests while another flows, and then goes on without gap or repetition")
    func pause() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            let servers = cluster.bootstrapServers
            try cluster.createTopic("t", partitions: 2)
            let first = KafkaTopicPartition(topic: "t", partition: 0)
            try await withProducer(servers) { producer in
                try await withConsumer(
                    servers,
                    group: "g",
                    topics: ["t"],
                    configure: { $0.bufferedMessages = 4 }
                ) { consumer, reader in
                    _ = try await reader.assigned()
                    try await producer.send(0..<1000, topic: "t", partition: 0)
                    var numbers = try await reader.messages(100).map(\.number)
                    try await consumer.pause([first])
                    try await producer.send(0..<1000, topic: "t", partition: 1)
                    var others: [Int?] = []
                    var afterPause = 0
                    while others.count < 1000 {
                        for message in try await reader.messages(1) {
                            if message.partition == 1 {
                                others.append(message.number)
                            } else {
                                numbers.append(message.number)
                                afterPause += 1
                            }
                        }
                    }
                    // Those buffered at the time of the pause, and one that the poll thread had in hand.
                    #expect(afterPause <= 5)
                    #expect(others == Array(0..<1000))
                    try await consumer.resume([first])
                    numbers += try await reader.messages(1000 - numbers.count).map(\.number)
                    #expect(numbers == Array(0..<1000))
                }
            }
        }
    }

    @Test("A reader that does not read for longer than the poll interval stays a member and gets all, once, in order")
    func slowReader() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            let servers = cluster.bootstrapServers
            try cluster.createTopic("t", partitions: 1)
            try cluster.createTopic("ticks", partitions: 1)
            try await withProducer(servers) { try await $0.send(0..<20_000, topic: "t") }
            let slow: (inout KafkaConsumerConfiguration) -> Void = {
                $0.bufferedMessages = 16
                $0.properties["max.poll.interval.ms"] = "4000"
            }
            try await withConsumer(servers, group: "slow", topics: ["t"], configure: slow) { _, reader in
                _ = try await reader.messages(1)
                try await Self.ticks(60, servers)
                var expected = 1
                while expected < 20_000 {
                    switch try await reader.next() {
                    case .message(let message):
                        #expect(message.number == expected)
                        expected += 1
                    case .error(let error): Issue.record("\(error)")
                    case .revoked, .lost, .assigned: Issue.record("the membership was not kept")
                    case .statistics: break
                    }
                }
            }
        }
    }

    /// Waits for statistics of another client, one in 100 ms.
    private static func ticks(_ count: Int, _ servers: String) async throws {
        let configure: (inout KafkaConsumerConfiguration) -> Void = {
            $0.properties["statistics.interval.ms"] = "100"
        }
        try await withConsumer(servers, group: "ticks", topics: ["ticks"], configure: configure) { _, reader in
            for _ in 0..<count {
                let text = try await reader.first { event in
                    if case .statistics(let text) = event { return text }
                    return nil
                }
                #expect(text.hasPrefix("{"))
            }
        }
    }

    @Test("Reading ends with its task, and another reader may go on")
    func cancelledReader() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 1)
            try await withConsumer(cluster.bootstrapServers, group: "g", topics: ["t"]) { consumer, reader in
                _ = try await reader.assigned()
                for _ in 0..<200 {
                    await withTaskGroup(of: Void.self) { group in
                        group.addTask {
                            var other = ConsumerReader(consumer)
                            await #expect(throws: ConsumerReader.Ended.self) { try await other.next() }
                        }
                        group.cancelAll()
                    }
                }
                try await withProducer(cluster.bootstrapServers) { try await $0.send(0..<1, topic: "t") }
                #expect(try await reader.messages(1).map(\.number) == [0])
            }
        }
    }

    @Test("Commits end with their task")
    func cancelledCommit() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 1)
            try await withConsumer(cluster.bootstrapServers, group: "g", topics: ["t"]) { consumer, reader in
                let places = try await reader.assigned()
                try cluster.setRoundTripTime(2000, broker: 1)
                await withTaskGroup(of: Void.self) { group in
                    for offset in Int64(1)...100 {
                        group.addTask {
                            await #expect(throws: CancellationError.self) {
                                try await consumer.commit(places.map { .init(topicPartition: $0, offset: offset) })
                            }
                        }
                    }
                    group.cancelAll()
                }
                try cluster.setRoundTripTime(0, broker: 1)
            }
        }
    }

    @Test("A commit the broker does not answer fails at its timeout")
    func commitTimeout() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 1)
            let configure: (inout KafkaConsumerConfiguration) -> Void = {
                $0.commitTimeout = .milliseconds(300)
                $0.closeTimeout = .seconds(2)
            }
            let servers = cluster.bootstrapServers
            try await withConsumer(servers, group: "g", topics: ["t"], configure: configure) { consumer, reader in
                let places = try await reader.assigned()
                try cluster.brokerDown(1)
                let error = await #expect(throws: KafkaError.self) {
                    try await consumer.commit(places.map { .init(topicPartition: $0, offset: 1) })
                }
                #expect(error?.isRetriable == true)
                await consumer.close()
            }
        }
    }

    @Test("Brokers that are away are reported, and the reading goes on when they are back")
    func brokersAway() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 1)
            try cluster.brokerDown(-1)
            try await withConsumer(cluster.bootstrapServers, group: "g", topics: ["t"]) { _, reader in
                let error = try await reader.first { event in
                    if case .error(let error) = event { return error }
                    return nil
                }
                #expect(error.isRetriable)
                try await cluster.bringUp()
                #expect(try await reader.assigned().count == 1)
            }
        }
    }
}
