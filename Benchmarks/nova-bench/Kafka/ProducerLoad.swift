import KafkaClient

/// Records sent by a `KafkaProducer`, each awaited.
struct ProducerLoad {
    let broker: BrokerProcess
    let topic: String
    let bytes: Int

    /// - Returns: acknowledged records per second.
    func run(senders: Int, count: Int) async throws -> Double {
        let configuration = KafkaProducerConfiguration(
            bootstrapServers: broker.bootstrapServers,
            clientID: "nova-bench"
        )
        let producer = try KafkaProducer(configuration: configuration, logger: Console.logger)
        do {
            let rate = try await run(producer, senders, count)
            await producer.close(deadline: .seconds(10))
            return rate
        } catch {
            await producer.close(deadline: .zero)
            throw error
        }
    }

    private func run(_ producer: KafkaProducer, _ senders: Int, _ count: Int) async throws -> Double {
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: bytes)
        let topic = topic
        try await producer.warmUp(topics: [topic])
        return try await throughput(tasks: senders, count: count) { sender, turn in
            let key = Array(String(sender &+ turn &* senders).utf8)
            _ = try await producer.send(KafkaRecord(topic: topic, key: key, value: value))
        }
    }
}
