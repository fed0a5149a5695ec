import Testing

@testable import KafkaClient

@Suite("Where poll thread and reader meet", .timeLimit(.minutes(1)))
struct ConsumerBufferTests {
    private static let place = KafkaTopicPartition(topic: "t", partition: 0)
    private static let message = KafkaMessage(topic: "t", partition: 0, offset: 0, key: nil, value: [])

    private static func buffer(_ maximum: Int = 2) throws -> ConsumerBuffer {
        ConsumerBuffer(maximumMessages: maximum, maximumBytes: 1 << 20, wakeUp: try WakeUp())
    }

    @Test("A fatal error comes after the rebalances, once, and no message after it")
    func fatal() async throws {
        let buffer = try Self.buffer()
        buffer.change { $0.append(Self.message) }
        buffer.change { $0.assign([Self.place]) }
        buffer.end(.invalid("fatal"))
        buffer.change { $0.append(Self.message) }
        var iterator = KafkaConsumerEvents(buffer: buffer).makeAsyncIterator()
        guard case .assigned = try await iterator.next() else {
            Issue.record("the rebalance is missing")
            return
        }
        await #expect(throws: KafkaError.invalid("fatal")) { try await iterator.next() }
        buffer.end()
        let end = try await iterator.next()
        #expect(end == nil)
    }

    @Test("A second reader is refused while the first waits, which goes on")
    func secondReader() async throws {
        let buffer = try Self.buffer()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    guard case .event = await buffer.next() else { return false }
                    return true
                }
            }
            // Whoever came second has its answer before there is anything to read.
            #expect(await group.next() == false)
            buffer.change { $0.append(Self.message) }
            #expect(await group.next() == true)
        }
    }

    @Test("The reader is known while its iterator lives")
    func presence() async throws {
        let buffer = try Self.buffer()
        buffer.change { $0.append(Self.message) }
        #expect(!buffer.hasReader)
        do {
            var iterator = KafkaConsumerEvents(buffer: buffer).makeAsyncIterator()
            _ = try await iterator.next()
            #expect(buffer.hasReader)
        }
        #expect(!buffer.hasReader)
    }
}
