import KafkaClient
import Logging
import NovaTestKit

/// Nothing is expected of the log in these tests, and much would be written when brokers go down.
let quiet = Logger(label: "kafka-tests") { _ in SwiftLogNoOpLogHandler() }

/// Listened to by nobody: the port is reserved.
let nowhere = "127.0.0.1:1"

@discardableResult
func withProducer<R>(
    _ servers: String,
    configure: (inout KafkaProducerConfiguration) -> Void = { _ in },
    _ body: (KafkaProducer) async throws -> R
) async throws -> R {
    var configuration = KafkaProducerConfiguration(bootstrapServers: servers, clientID: "test-producer")
    configure(&configuration)
    let producer = try KafkaProducer(configuration: configuration, logger: quiet)
    do {
        let value = try await body(producer)
        await producer.close(deadline: .seconds(5))
        return value
    } catch {
        await producer.close(deadline: .zero)
        throw error
    }
}

@discardableResult
func withConsumer<R>(
    _ servers: String,
    group: String,
    topics: [String],
    configure: (inout KafkaConsumerConfiguration) -> Void = { _ in },
    _ body: (KafkaConsumer, inout ConsumerReader) async throws -> R
) async throws -> R {
    var configuration = KafkaConsumerConfiguration(
        bootstrapServers: servers,
        clientID: "test-consumer",
        groupID: group,
        topics: topics,
        // The embedded cluster lets an empty fetch wait, and a rebalance too, as long as these say. A session shorter
        // than its first rebalance, three seconds, would end before it.
        properties: ["fetch.wait.max.ms": "20", "heartbeat.interval.ms": "100", "session.timeout.ms": "4000"]
    )
    configure(&configuration)
    let consumer = try KafkaConsumer(configuration: configuration, logger: quiet)
    var reader = ConsumerReader(consumer)
    do {
        let value = try await body(consumer, &reader)
        reader.stop()
        await consumer.close()
        return value
    } catch {
        reader.stop()
        await consumer.close()
        throw error
    }
}

@discardableResult
func withAdmin<R>(_ servers: String, _ body: (KafkaAdmin) async throws -> R) async throws -> R {
    let admin = try KafkaAdmin(
        configuration: KafkaAdminConfiguration(bootstrapServers: servers, clientID: "test-admin"),
        logger: quiet
    )
    do {
        let value = try await body(admin)
        await admin.close()
        return value
    } catch {
        await admin.close()
        throw error
    }
}

extension KafkaProducer {
    /// Sends numbers as values, at the same time, in order.
    func send(_ numbers: Range<Int>, topic: String, partition: Int32 = 0) async throws {
        for number in numbers {
            try enqueue(KafkaRecord(topic: topic, partition: partition, key: nil, value: Array("\(number)".utf8)))
        }
        try await flush(deadline: .seconds(30))
    }
}

extension KafkaConsumer {
    /// Commits what a revocation is to leave behind.
    ///
    /// The group takes no commit while another of its members has not asked for its part yet; that passes.
    func commit(last offsets: [KafkaOffset]) async throws {
        while true {
            do { return try await commit(offsets) } catch let error as KafkaError where error.isRetriable {}
        }
    }
}

extension KafkaMessage {
    var text: String { String(decoding: value, as: UTF8.self) }
    var number: Int? { Int(text) }
}

extension EmbeddedKafkaCluster {
    /// Brings all brokers up as soon as nobody else is on their ports, without which this process would end.
    func bringUp() async throws {
        while !BrokerPorts.areFree(bootstrapServers) { try await Task.sleep(for: .milliseconds(10)) }
        try brokerUp(-1)
    }
}
