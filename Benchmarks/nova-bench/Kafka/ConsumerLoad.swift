import AsyncPrimitives
import KafkaClient

/// Records of a filled topic, read by a `KafkaConsumer`.
struct ConsumerLoad {
    let broker: BrokerProcess
    let topic: String

    /// Puts as many records into each partition as into any other.
    ///
    /// The embedded broker keeps 5 MB of a partition.
    func fill(count: Int, bytes: Int, partitions: Int) async throws {
        var configuration = KafkaProducerConfiguration(
            bootstrapServers: broker.bootstrapServers,
            clientID: "nova-bench"
        )
        configuration.maxOutstanding = count
        let producer = try KafkaProducer(configuration: configuration, logger: Console.logger)
        do {
            let value = [UInt8](repeating: UInt8(ascii: "x"), count: bytes)
            for number in 0..<count {
                let partition = Int32(number % partitions)
                try producer.enqueue(KafkaRecord(topic: topic, partition: partition, key: nil, value: value))
            }
            try await producer.flush(deadline: .seconds(30))
            await producer.close(deadline: .seconds(10))
        } catch {
            await producer.close(deadline: .zero)
            throw error
        }
    }

    /// - Returns: records per second, from the first one to the last.
    func run(group: String, count: Int) async throws -> Double {
        let configuration = KafkaConsumerConfiguration(
            bootstrapServers: broker.bootstrapServers,
            clientID: "nova-bench",
            groupID: group,
            topics: [topic]
        )
        let consumer = try KafkaConsumer(configuration: configuration, logger: Console.logger)
        return try await withResource(consumer, close: { await $0.close() }) { try await read($0, count) }
    }

    private func read(_ consumer: KafkaConsumer, _ count: Int) async throws -> Double {
        var began: ContinuousClock.Instant?
        var read = 0
        for try await case .message in consumer.events {
            if began == nil { began = .now }
            read += 1
            if read == count { break }
        }
        guard read == count, let began else { throw BenchError("only \(read) of \(count) records were read") }
        return Double(count - 1) / began.duration(to: .now).seconds
    }
}
