import NovaTestKit
import Synchronization
import Testing

@testable import KafkaClient

@Suite("Reading a topic without a group", .timeLimit(.minutes(3)))
struct TopicReaderTests {
    @Test(
        "Everything there is, in order by partition, on both brokers; empty partitions do not hold it up",
        arguments: BrokerKind.allCases
    )
    func everything(kind: BrokerKind) async throws {
        try await withTopic(kind, partitions: 3) { servers, topic in
            let reader = topicReader(servers)
            let nothing = try await reader.numbers(topic)
            #expect(nothing.isEmpty)
            try await withProducer(servers) { producer in
                try await producer.send(0..<1_000, topic: topic, partition: 0)
                try await producer.send(0..<7, topic: topic, partition: 2)
            }
            let all = try await reader.numbers(topic)
            #expect(all == [0: Array(0..<1_000), 2: Array(0..<7)])
            // Nothing was committed: again from the beginning.
            let again = try await reader.numbers(topic)
            #expect(again == all)
        }
    }

    @Test(
        "Ranges of offsets, and only their partitions; what lies outside is not missed",
        arguments: BrokerKind.allCases
    )
    func ranges(kind: BrokerKind) async throws {
        try await withTopic(kind, partitions: 2) { servers, topic in
            try await withProducer(servers) { producer in
                try await producer.send(0..<20, topic: topic, partition: 0)
                try await producer.send(0..<20, topic: topic, partition: 1)
            }
            let reader = topicReader(servers)
            let some = try await reader.numbers(topic, in: [1: 5..<8])
            #expect(some == [1: [5, 6, 7]])
            let edges = try await reader.numbers(topic, in: [0: 18..<100, 1: 20..<30, 7: 0..<1])
            #expect(edges == [0: [18, 19]])
        }
    }

    @Test("A batch keeps to its bounds, and the next one is not read before it is dealt with")
    func batches() async throws {
        try await withTopic(.embedded, partitions: 1) { servers, topic in
            try await withProducer(servers) { try await $0.send(0..<105, topic: topic) }
            let reader = topicReader(servers) { $0.batchRecords = 10 }
            var sizes: [Int] = []
            try await reader.read(topic) { sizes.append($0.count) }
            #expect(sizes.allSatisfy { (1...10).contains($0) })
            #expect(sizes.reduce(0, +) == 105)
            let small = topicReader(servers) { $0.batchBytes = 1 }
            var count = 0
            try await small.read(topic) { batch in
                #expect(batch.count == 1)
                count += 1
            }
            #expect(count == 105)
        }
    }

    @Test("Records written after the beginning are not waited for")
    func end() async throws {
        try await withTopic(.embedded, partitions: 1) { servers, topic in
            try await withProducer(servers) { producer in
                try await producer.send(0..<10, topic: topic)
                var read: [Int] = []
                try await topicReader(servers) { $0.batchRecords = 1 }.read(topic) { batch in
                    read += batch.compactMap(\.number)
                    try await producer.send(100..<103, topic: topic)
                }
                #expect(read == Array(0..<10))
            }
        }
    }

    @Test("A hundred thousand records, read while the embedded broker has dropped the oldest")
    func many() async throws {
        try await withTopic(.embedded, partitions: 1) { servers, topic in
            let padding = [UInt8](repeating: 0x20, count: 100)
            try await withProducer(servers, configure: { $0.maxOutstanding = 200_000 }) { producer in
                for number in 0..<100_000 {
                    try producer.enqueue(
                        KafkaRecord(topic: topic, partition: 0, key: nil, value: Array("\(number)".utf8) + padding)
                    )
                }
                try await producer.flush(deadline: .seconds(60))
            }
            var offsets: [Int64] = []
            try await topicReader(servers).read(topic) { offsets += $0.map(\.offset) }
            let first = try #require(offsets.first)
            #expect(first > 0, "the broker keeps 5 MB")
            #expect(offsets == Array(first..<100_000))
        }
    }

    @Test("Records that the broker drops meanwhile are passed over")
    func dropped() async throws {
        try await withTopic(.embedded, partitions: 1) { servers, topic in
            try await withProducer(servers) { producer in
                try await producer.fill(topic, 400)
                // Read ahead is less than what there is.
                let reader = topicReader(servers) {
                    $0.batchRecords = 1
                    $0.properties = ["queued.max.messages.kbytes": "50", "fetch.message.max.bytes": "20000"]
                }
                var offsets: [Int64] = []
                try await reader.read(topic) { batch in
                    if offsets.isEmpty { try await producer.fill(topic, 600) }
                    offsets += batch.map(\.offset)
                }
                #expect(offsets == Array(0..<Int64(offsets.count)))
                #expect(offsets.count < 400)
            }
        }
    }

    @Test("The end of a partition is an event of its own", arguments: BrokerKind.allCases)
    func endOfPartition(kind: BrokerKind) async throws {
        try await withTopic(kind, partitions: 1) { servers, topic in
            try await withProducer(servers) { try await $0.send(0..<3, topic: topic) }
            let end = try await onThread { () throws(KafkaError) in try Self.firstEnd(servers, topic) }
            let place = KafkaTopicPartition(topic: topic, partition: 0)
            #expect(end == KafkaOffset(topicPartition: place, offset: 3))
        }
    }

    /// Blocks until librdkafka tells it.
    private static func firstEnd(_ servers: String, _ topic: String) throws(KafkaError) -> KafkaOffset {
        let configuration = KafkaTopicReaderConfiguration(bootstrapServers: servers, clientID: "test")
        let handle = try ClientHandle(.consumer, properties: configuration.resolved, events: ClientEvent.consumerEvents)
        let queue = try ClientQueue.main(of: handle)
        let readable = try ReadableTopic(topic, of: handle)
        defer {
            readable.stop(0)
            readable.release()
            queue.release()
            handle.destroy()
        }
        try readable.start(0, at: 0, queue: queue)
        while true {
            if case .endOfPartition(let end) = queue.poll(milliseconds: 100) { return end }
        }
    }

    @Test("A topic that is not there is told, and not made", arguments: BrokerKind.allCases)
    func unknown(kind: BrokerKind) async throws {
        try await withTopic(kind, partitions: 1) { servers, topic in
            let absent = topic + "-absent"
            let error = await #expect(throws: KafkaError.self) { try await topicReader(servers).numbers(absent) }
            #expect(error?.name == "UNKNOWN_TOPIC_OR_PART")
            #expect(error?.message.contains(absent) == true)
            let topics = try await withAdmin(servers) { try await $0.listTopics() }
            #expect(!topics.contains(absent))
        }
    }

    @Test("Without brokers it ends with the request timeout; a wrong property is named")
    func noBroker() async throws {
        let reader = topicReader(nowhere) { $0.requestTimeout = .milliseconds(300) }
        let error = await #expect(throws: KafkaError.self) { try await reader.numbers("t") }
        #expect(error?.isRetriable == true)
        let wrong = topicReader(nowhere) { $0.properties = ["no.such.thing": "1"] }
        let named = await #expect(throws: KafkaError.self) { try await wrong.numbers("t") }
        #expect(named?.message.contains("no.such.thing") == true)
    }

    @Test("A broker that goes down meanwhile ends it with the patience, and says where it stood")
    func brokerGone() async throws {
        try await withBroker(.embedded) { broker in
            let topic = uniqueName("topic")
            try await broker.order("topic \(topic) 1")
            let servers = broker.bootstrapServers
            try await withProducer(servers) { try await $0.fill(topic, 400) }
            // Read ahead is less than what there is.
            let reader = topicReader(servers) {
                $0.patience = .seconds(1)
                $0.properties = ["queued.max.messages.kbytes": "100", "fetch.message.max.bytes": "50000"]
            }
            var isDown = false
            let error = await #expect(throws: KafkaError.self) {
                try await reader.read(topic) { _ in
                    if !isDown { for id in 1...3 { try await broker.order("down \(id)") } }
                    isDown = true
                }
            }
            #expect(error?.isRetriable == true)
            #expect(error?.message.contains("partition 0 from offset") == true, "\(String(describing: error))")
        }
    }

    @Test("Cancelling ends it, and so does an error of the reader's own")
    func cancelling() async throws {
        struct Enough: Error {}
        try await withTopic(.embedded, partitions: 1) { servers, topic in
            try await withProducer(servers) { try await $0.send(0..<100, topic: topic) }
            await #expect(throws: Enough.self) {
                try await topicReader(servers).read(topic) { _ in throw Enough() }
            }
            let reader = topicReader(servers) { $0.batchRecords = 1 }
            let count = Mutex(0)
            let task = Task {
                try await reader.read(topic) { _ in
                    count.withLock { $0 += 1 }
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(count.withLock { $0 } == 1)
        }
    }
}

extension KafkaProducer {
    /// Sends records of 10 kB to partition 0.
    fileprivate func fill(_ topic: String, _ count: Int) async throws {
        let padding = [UInt8](repeating: 0, count: 10_000)
        for _ in 0..<count { try enqueue(KafkaRecord(topic: topic, partition: 0, key: nil, value: padding)) }
        try await flush(deadline: .seconds(30))
    }
}

/// Runs `body` with a topic that is its alone.
private func withTopic(
    _ kind: BrokerKind,
    partitions: Int32,
    _ body: (_ servers: String, _ topic: String) async throws -> Void
) async throws {
    try await withBroker(kind) { broker in
        let topic = uniqueName("topic")
        switch kind {
        case .embedded:
            try await broker.order("topic \(topic) \(partitions)")
        case .noida:
            try await withAdmin(broker.bootstrapServers) { admin in
                let new = KafkaNewTopic(name: topic, partitions: partitions, replicationFactor: 1)
                let outcome = try await admin.createTopics([new])
                #expect(outcome == [topic: .created])
            }
        }
        try await body(broker.bootstrapServers, topic)
    }
}
