import KafkaClient
import Testing

@Suite("The end of a producer, and of its senders", .timeLimit(.minutes(2)))
struct ProducerEndTests {
    /// What became of many senders.
    private struct Count: Equatable {
        var delivered = 0
        var cancelled = 0
        var failed: [KafkaError] = []
    }

    private static func count(
        _ senders: Int,
        _ producer: KafkaProducer,
        meanwhile: @escaping @Sendable () async -> Void = {},
        cancelling: Bool = false
    ) async throws -> Count {
        try await withThrowingTaskGroup(of: Result<KafkaDelivery, any Error>.self) { group in
            for number in 0..<senders {
                group.addTask {
                    let record = KafkaRecord(topic: "t", key: Array("\(number)".utf8), value: [1])
                    do { return .success(try await producer.send(record)) } catch { return .failure(error) }
                }
            }
            if cancelling { group.cancelAll() }
            await meanwhile()
            var count = Count()
            for try await result in group {
                switch result {
                case .success: count.delivered += 1
                case .failure(is CancellationError): count.cancelled += 1
                case .failure(let error as KafkaError): count.failed.append(error)
                case .failure(let error): throw error
                }
            }
            return count
        }
    }

    @Test("Storms of cancellation lose no sender", arguments: 1...8)
    func storm(_: Int) async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 4)
            try await withProducer(cluster.bootstrapServers) { producer in
                try await producer.warmUp(topics: ["t"])
                let count = try await Self.count(1000, producer, cancelling: true)
                #expect(count.delivered + count.cancelled == 1000)
                #expect(count.failed.isEmpty)
                #expect(try await Self.count(100, producer).delivered == 100)
            }
        }
    }

    @Test("A cancelled sender does not wait for the brokers")
    func cancelledAtOnce() async throws {
        try await withProducer(nowhere) { producer in
            let count = try await Self.count(100, producer, cancelling: true)
            #expect(count.cancelled == 100)
            await producer.close(deadline: .zero)
        }
    }

    @Test("Closing with sends in flight delivers those that can be delivered")
    func closeDelivers() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 3) { cluster in
            try cluster.createTopic("t", partitions: 4)
            try await withProducer(cluster.bootstrapServers) { producer in
                let count = try await Self.count(500, producer) { await producer.close(deadline: .seconds(30)) }
                #expect(count.delivered + count.failed.count == 500)
                // Those that came too late.
                #expect(count.failed.allSatisfy { $0.isClosed && !$0.mayHaveBeenDelivered })
            }
        }
    }

    @Test("Closing without brokers fails every sender, none of whose records was delivered")
    func closeFails() async throws {
        try await withProducer(nowhere) { producer in
            let count = try await Self.count(500, producer) { await producer.close(deadline: .milliseconds(50)) }
            #expect(count.failed.count == 500)
            #expect(count.failed.allSatisfy { !$0.mayHaveBeenDelivered })
            let late = await #expect(throws: KafkaError.self) {
                try await producer.send(KafkaRecord(topic: "t", key: nil, value: []))
            }
            #expect(late?.isClosed == true)
        }
    }

    @Test("Closing with a report outstanding says that the record may have been delivered")
    func closeInDoubt() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 2) { cluster in
            try cluster.createTopic("t", partitions: 1)
            let place = KafkaTopicPartition(topic: "t", partition: 0)
            try cluster.setLeader(place, broker: 1)
            try cluster.setFollower(place, broker: 2)
            try cluster.setCoordinator(group: "g", broker: 2)
            let servers = cluster.bootstrapServers
            try await withProducer(servers) { producer in
                try await withConsumer(servers, group: "g", topics: ["t"]) { _, reader in
                    _ = try await producer.send(KafkaRecord(topic: "t", partition: 0, key: nil, value: [0]))
                    _ = try await reader.messages(1)
                    // The leader's answers come late; the reader asks the follower.
                    try cluster.setRoundTripTime(20_000, broker: 1)
                    async let count = Self.count(1, producer)
                    // That it is read proves that the broker has it.
                    _ = try await reader.messages(1)
                    await producer.close(deadline: .zero)
                    #expect(try await count.failed.map(\.mayHaveBeenDelivered) == [true])
                }
            }
        }
    }

    @Test("Closing twice, and from several tasks, waits for the one end")
    func closeTwice() async throws {
        try await withProducer(nowhere) { producer in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { await producer.close(deadline: .zero) } }
            }
            await producer.close(deadline: .zero)
        }
    }

    @Test("A producer that is dropped does not keep its senders waiting")
    func dropped() async throws {
        var producer: KafkaProducer? = try KafkaProducer(
            configuration: KafkaProducerConfiguration(bootstrapServers: nowhere, clientID: "dropped"),
            logger: quiet
        )
        try producer?.enqueue(KafkaRecord(topic: "t", key: nil, value: [1]))
        producer = nil
        #expect(producer == nil)
    }
}
