import KafkaClient
import Synchronization
import Testing

@Suite("Handing partitions over", .timeLimit(.minutes(3)))
struct HandOverTests {
    @Test("A member that is closed between its join and its first assignment ends, and so does not the process")
    func closedWhileJoining() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 1)
            // The assignment never comes: each SyncGroup (14) is told that the group rebalances (27), and slowly.
            try cluster.pushRequestErrors(apiKey: 14, code: 27, count: 100)
            try cluster.setRoundTripTime(300, broker: 1)
            try await withConsumer(
                cluster.bootstrapServers,
                group: "g",
                topics: ["t"],
                configure: {
                    $0.properties["statistics.interval.ms"] = "50"
                    $0.closeTimeout = .seconds(1)
                },
                { _, reader in
                    _ = try await reader.first { event -> String? in
                        guard case .statistics(let text) = event else { return nil }
                        return text.contains("wait-sync") ? text : nil
                    }
                }
            )
        }
    }

    @Test("A member for which there is no partition is told that it is one")
    func spare() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 3) { cluster in
            try cluster.createTopic("t", partitions: 1)
            let servers = cluster.bootstrapServers
            try await withConsumer(servers, group: "g", topics: ["t"]) { _, first in
                #expect(try await first.assigned().count == 1)
                try await withConsumer(servers, group: "g", topics: ["t"]) { _, second in
                    let partitions: [KafkaTopicPartition] = try await second.first { event in
                        guard case .assigned(let partitions) = event else { return nil }
                        return partitions
                    }
                    #expect(partitions.isEmpty)
                }
            }
        }
    }

    @Test("Half goes to the newcomer, after the reader has finished and from where it committed; all comes back")
    func cooperative() async throws {
        for attempt in 1... {
            do { return try await handOver() } catch let error as KafkaError
                where error.name == "ILLEGAL_GENERATION" && attempt < 4
            {
                // The newcomer's two joins met in the embedded broker, and the first member is none of the group any more.
            }
        }
    }

    private func handOver() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 3) { cluster in
            let servers = cluster.bootstrapServers
            try cluster.createTopic("t", partitions: 4)
            try await withProducer(servers) { producer in
                for partition in Int32(0)..<4 { try await producer.send(0..<10, topic: "t", partition: partition) }
            }
            try await withConsumer(servers, group: "g", topics: ["t"]) { first, reader in
                #expect(try await reader.assigned().count == 4)
                _ = try await reader.messages(40)
                let isFinished = Mutex(false)
                let mine = try await withConsumer(servers, group: "g", topics: ["t"]) { _, second in
                    let revocation = try await reader.revoked()
                    #expect(revocation.partitions.count == 2)
                    try await first.commit(last: revocation.partitions.map { .init(topicPartition: $0, offset: 7) })
                    isFinished.withLock { $0 = true }
                    first.finish(revocation)
                    let assigned = try await second.assigned()
                    #expect(isFinished.withLock { $0 })
                    #expect(Set(assigned) == Set(revocation.partitions))
                    let messages = try await second.messages(6)
                    #expect(messages.map(\.offset).sorted() == [7, 7, 8, 8, 9, 9])
                    return assigned
                }
                // The second committed nothing more: from 7 again, and only the partitions that come back.
                #expect(Set(try await reader.assigned()) == Set(mine))
                let again = try await reader.messages(6)
                #expect(again.map(\.offset).sorted() == [7, 7, 8, 8, 9, 9])
                #expect(Set(again.map(\.topicPartition)) == Set(mine))
            }
        }
    }

    @Test("A reader that does not finish holds the group up until the deadline only")
    func deadline() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            let servers = cluster.bootstrapServers
            try cluster.createTopic("t", partitions: 2)
            try await withConsumer(
                servers,
                group: "g",
                topics: ["t"],
                configure: { $0.revocationDeadline = .milliseconds(300) }
            ) { first, reader in
                _ = try await reader.assigned()
                try await withConsumer(servers, group: "g", topics: ["t"]) { _, second in
                    let revocation = try await reader.revoked()
                    #expect(try await second.assigned() == revocation.partitions)
                    // Too late, and without effect.
                    first.finish(revocation)
                    await #expect(throws: KafkaError.self) {
                        try await first.commit(revocation.partitions.map { .init(topicPartition: $0, offset: 1) })
                    }
                }
            }
        }
    }

    @Test("A member the group has forgotten loses its partitions and gets them anew")
    func lost() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 2)
            try await withConsumer(cluster.bootstrapServers, group: "g", topics: ["t"]) { _, reader in
                let partitions = try await reader.assigned()
                // Heartbeats are answered with UNKNOWN_MEMBER_ID.
                try cluster.pushRequestErrors(apiKey: 12, code: 25, count: 1)
                let lost = try await reader.first { event in
                    if case .lost(let partitions) = event { return partitions }
                    return nil
                }
                #expect(Set(lost) == Set(partitions))
                #expect(Set(try await reader.assigned()) == Set(partitions))
            }
        }
    }

    @Test("Closing gives the reader the last revocation, takes its commits, and ends its sequence")
    func closeWithReader() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            let servers = cluster.bootstrapServers
            try cluster.createTopic("t", partitions: 1)
            try await withProducer(servers) { try await $0.send(0..<10, topic: "t") }
            try await withConsumer(servers, group: "g", topics: ["t"]) { consumer, reader in
                _ = try await reader.messages(6)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await consumer.close() }
                    let revocation = try await reader.revoked()
                    try await consumer.commit(last: revocation.partitions.map { .init(topicPartition: $0, offset: 6) })
                    consumer.finish(revocation)
                    await #expect(throws: ConsumerReader.Ended.self) { _ = try await reader.next() }
                    try await group.waitForAll()
                }
                let late = await #expect(throws: KafkaError.self) {
                    let place = KafkaTopicPartition(topic: "t", partition: 0)
                    try await consumer.commit([.init(topicPartition: place, offset: 7)])
                }
                #expect(late?.isClosed == true)
            }
            try await withConsumer(servers, group: "g", topics: ["t"]) { _, reader in
                let messages = try await reader.messages(4)
                #expect(messages.map(\.number) == [6, 7, 8, 9])
            }
        }
    }
}
