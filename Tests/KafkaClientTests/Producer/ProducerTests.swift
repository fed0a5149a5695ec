import KafkaClient
import Testing

@Suite("Producer", .timeLimit(.minutes(2)))
struct ProducerTests {
    @Test("What is sent is what is read, headers, null keys and empty values included")
    func roundTrip() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 3) { cluster in
            try cluster.createTopic("t", partitions: 1)
            let headers = [
                KafkaHeader("a", "1"), KafkaHeader("a", "ü"), KafkaHeader("n", bytes: nil), KafkaHeader("e", ""),
            ]
            let records = [
                KafkaRecord(topic: "t", key: nil, value: [1, 0, 255], headers: headers),
                KafkaRecord(topic: "t", key: [], value: []),
                KafkaRecord(topic: "t", key: Array("key".utf8), value: [UInt8](repeating: 7, count: 500_000)),
            ]
            try await withProducer(cluster.bootstrapServers) { producer in
                for (index, record) in records.enumerated() {
                    let delivery = try await producer.send(record)
                    #expect(delivery.partition == 0)
                    #expect(delivery.offset == Int64(index))
                }
            }
            try await withConsumer(cluster.bootstrapServers, group: "g", topics: ["t"]) { _, reader in
                let messages = try await reader.messages(3)
                #expect(messages.map(\.key) == records.map(\.key))
                #expect(messages.map(\.value) == records.map(\.value))
                #expect(messages.map(\.headers) == records.map(\.headers))
                #expect(messages.map(\.offset) == [0, 1, 2])
                #expect(messages.allSatisfy { ($0.timestamp ?? 0) > 1_600_000_000_000 })
            }
        }
    }

    @Test("Records of one key go to one partition")
    func keys() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 8)
            try await withProducer(cluster.bootstrapServers) { producer in
                var partitions: Set<Int32> = []
                for _ in 0..<20 {
                    let record = KafkaRecord(topic: "t", key: Array("flow-1".utf8), value: [1])
                    partitions.insert(try await producer.send(record).partition)
                }
                #expect(partitions.count == 1)
            }
        }
    }

    /// OUT_OF_ORDER_SEQUENCE_NUMBER is what a broker says that was restored without its last records.
    @Test("A producer whose sequence the broker does not know begins anew")
    func begunAnew() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 1)
            try await withProducer(cluster.bootstrapServers) { producer in
                let record = KafkaRecord(topic: "t", key: nil, value: [1])
                _ = try await producer.send(record)
                try cluster.pushRequestErrors(apiKey: 0, code: 45, count: 1)
                await #expect(throws: KafkaError.self) { try await producer.send(record) }
                // The report may come before the word that the client is done for.
                let offset = try await Self.eventually { try await producer.send(record).offset }
                #expect(offset == 1)
            }
        }
    }

    private static func eventually<Value>(_ body: () async throws -> Value) async throws -> Value {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do {
                return try await body()
            } catch {
                guard .now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    @Test("A record a broker refuses fails with the broker's code")
    func refused() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 1)
            try await withProducer(cluster.bootstrapServers) { producer in
                try cluster.pushRequestErrors(apiKey: 0, code: 10, count: 1)
                let error = await #expect(throws: KafkaError.self) {
                    try await producer.send(KafkaRecord(topic: "t", key: nil, value: [1]))
                }
                #expect(error?.code == 10)
                #expect(error?.name == "MSG_SIZE_TOO_LARGE")
                #expect(error?.isRetriable == false)
                // The producer goes on.
                _ = try await producer.send(KafkaRecord(topic: "t", key: nil, value: [2]))
            }
        }
    }

    @Test("Broken connections and passing errors are retried without a duplicate")
    func retried() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 1)
            try await withProducer(cluster.bootstrapServers) { producer in
                try cluster.pushRequestErrors(apiKey: 0, code: 6, count: 1)
                try cluster.pushRequestErrors(apiKey: 0, code: -195, count: 1)
                let delivery = try await producer.send(KafkaRecord(topic: "t", key: nil, value: [1]))
                #expect(delivery.offset == 0)
                #expect(try await producer.send(KafkaRecord(topic: "t", key: nil, value: [2])).offset == 1)
            }
        }
    }

    @Test("Without brokers a record fails after the delivery timeout, certainly not delivered")
    func noBroker() async throws {
        try await withProducer(nowhere, configure: { $0.deliveryTimeout = .seconds(1) }) { producer in
            let error = await #expect(throws: KafkaError.self) {
                try await producer.send(KafkaRecord(topic: "t", key: nil, value: [1]))
            }
            #expect(error?.name == "_MSG_TIMED_OUT")
            #expect(error?.isRetriable == true)
            #expect(error?.mayHaveBeenDelivered == false)
        }
    }

    @Test("A full queue is told, and nothing blocks")
    func queueFull() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 1)
            try cluster.brokerDown(1)
            try await withProducer(cluster.bootstrapServers, configure: { $0.maxOutstanding = 10 }) { producer in
                let record = KafkaRecord(topic: "t", partition: 0, key: nil, value: [1])
                for _ in 0..<10 { try producer.enqueue(record) }
                let enqueued = #expect(throws: KafkaError.self) { try producer.enqueue(record) }
                #expect(enqueued?.isQueueFull == true)
                let sent = await #expect(throws: KafkaError.self) { try await producer.send(record) }
                #expect(sent?.isQueueFull == true)
                #expect(sent?.isRetriable == true)
                try await cluster.bringUp()
                try await producer.flush(deadline: .seconds(30))
                #expect(try await producer.send(record).offset == 10)
            }
        }
    }

    @Test("Flush gives up at its deadline and the records go on being tried")
    func flushDeadline() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 1) { cluster in
            try cluster.createTopic("t", partitions: 1)
            try cluster.brokerDown(1)
            try await withProducer(cluster.bootstrapServers) { producer in
                try producer.enqueue(KafkaRecord(topic: "t", partition: 0, key: nil, value: [1]))
                let error = await #expect(throws: KafkaError.self) {
                    try await producer.flush(deadline: .milliseconds(100))
                }
                #expect(error?.name == "_TIMED_OUT")
                try await cluster.bringUp()
                try await producer.flush(deadline: .seconds(30))
            }
            try await withAdmin(cluster.bootstrapServers) { admin in
                let lag = try await admin.lag(group: "g", topic: "t")
                #expect(lag.map(\.end) == [1])
            }
        }
    }

    @Test("Flushing ends with its task")
    func flushCancelled() async throws {
        try await withProducer(nowhere) { producer in
            try producer.enqueue(KafkaRecord(topic: "t", partition: 0, key: nil, value: [1]))
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) { try await producer.flush(deadline: .seconds(600)) }
                }
                group.cancelAll()
            }
            await producer.close(deadline: .zero)
        }
    }

    @Test("Warming up fails for what is not there and then may succeed")
    func warmUp() async throws {
        try await EmbeddedKafkaCluster.run(brokers: 3) { cluster in
            try cluster.createTopic("t", partitions: 4)
            try cluster.brokerDown(-1)
            try await withProducer(cluster.bootstrapServers) { producer in
                let error = await #expect(throws: KafkaError.self) {
                    try await producer.warmUp(topics: ["t"], timeout: .milliseconds(200))
                }
                #expect(error?.isRetriable == true)
                try await cluster.bringUp()
                try await producer.warmUp(topics: ["t"], timeout: .seconds(30))
                _ = try await producer.send(KafkaRecord(topic: "t", key: nil, value: [1]))
            }
        }
    }
}
