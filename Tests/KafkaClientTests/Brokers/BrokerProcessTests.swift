import KafkaClient
import NovaTestKit
import Testing

@Suite("The test broker's process", .timeLimit(.minutes(2)))
struct BrokerProcessTests {
    @Test("It serves another process and carries orders out")
    func orders() async throws {
        try await withBroker(.embedded) { broker in
            try await broker.order("topic t 2")
            try await broker.order("coordinator group g 2")
            try await broker.order("delay 1 5")
            try await withProducer(broker.bootstrapServers) { producer in
                try await broker.order("errors 0 10 1")
                let error = await #expect(throws: KafkaError.self) {
                    try await producer.send(KafkaRecord(topic: "t", key: nil, value: [1]))
                }
                #expect(error?.code == 10)
                try await producer.send(0..<10, topic: "t")
            }
            try await withConsumer(broker.bootstrapServers, group: "g", topics: ["t"]) { _, reader in
                let messages = try await reader.messages(10)
                #expect(messages.map(\.number) == Array(0..<10))
            }
            for id in 1...3 { try await broker.order("down \(id)") }
            try await withProducer(
                broker.bootstrapServers,
                configure: { $0.deliveryTimeout = .seconds(1) }
            ) { producer in
                await #expect(throws: KafkaError.self) {
                    try await producer.send(KafkaRecord(topic: "t", key: nil, value: [1]))
                }
            }
            for id in 1...3 { try await broker.order("up \(id)") }
            try await withProducer(broker.bootstrapServers) { try await $0.send(0..<1, topic: "t") }
        }
    }

    @Test(
        "What it cannot do, or does not understand, it says",
        arguments: ["topic t", "topic t x", "down 9", "fly", "", "errors 0 1 0", "topic t 0"]
    )
    func refused(order: String) async throws {
        try await withBroker(.embedded) { broker in
            await #expect(throws: TestBroker.OrderRefused.self) { try await broker.order(order) }
            try await broker.order("topic fine 1")
        }
    }
}
