import Testing

@testable import KafkaClient

@Suite("What waits for the reader")
struct ConsumerBacklogTests {
    private let p0 = KafkaTopicPartition(topic: "t", partition: 0)
    private let p1 = KafkaTopicPartition(topic: "t", partition: 1)
    private var backlog = ConsumerBacklog(maximumMessages: 4, maximumBytes: 10_000)

    private func message(_ place: KafkaTopicPartition, _ offset: Int64, size: Int = 1) -> KafkaMessage {
        KafkaMessage(
            topic: place.topic,
            partition: place.partition,
            offset: offset,
            key: nil,
            value: [UInt8](repeating: 0, count: size)
        )
    }

    /// A word for each event.
    private func drain(_ backlog: inout ConsumerBacklog) -> [String] {
        var words: [String] = []
        while let event = backlog.next() {
            switch event {
            case .message(let message): words.append("m\(message.partition).\(message.offset)")
            case .assigned(let places): words.append("+" + places.map { "\($0.partition)" }.joined())
            case .revoked(let revocation): words.append("-" + revocation.partitions.map { "\($0.partition)" }.joined())
            case .lost(let places): words.append("!" + places.map { "\($0.partition)" }.joined())
            case .statistics(let text): words.append("s" + text)
            case .error(let error): words.append("e" + error.message)
            }
        }
        return words
    }

    @Test("Rebalances go ahead of messages, and take the messages of what goes with them")
    func order() {
        var backlog = backlog
        backlog.assign([p0, p1])
        #expect(drain(&backlog) == ["+01"])
        backlog.append(message(p0, 0))
        backlog.append(message(p1, 0))
        backlog.append(message(p0, 1))
        let isKnown = backlog.revoke([p0], id: 1)
        #expect(isKnown)
        #expect(drain(&backlog) == ["-0", "m1.0"])
    }

    @Test("What comes and goes unread is never heard of")
    func unread() {
        var backlog = backlog
        backlog.assign([p0, p1])
        backlog.append(message(p0, 0))
        let isKnown = backlog.revoke([p0], id: 1)
        #expect(!isKnown)
        #expect(drain(&backlog) == ["+1"])
    }

    @Test("However often partitions come and go, a reader that does not read has two events of each")
    func bounded() {
        var backlog = backlog
        backlog.assign([p0])
        #expect(drain(&backlog) == ["+0"])
        for id in UInt(1)...100 {
            _ = backlog.revoke([p0], id: id)
            backlog.assign([p0])
        }
        #expect(drain(&backlog) == ["-0", "+0"])
    }

    @Test("A loss replaces the revocation that was not read")
    func lost() {
        var backlog = backlog
        backlog.assign([p0, p1])
        #expect(drain(&backlog) == ["+01"])
        _ = backlog.revoke([p0, p1], id: 1)
        backlog.lose([p0])
        #expect(drain(&backlog) == ["-1", "!0"])
    }

    @Test("Room is by number and by bytes, and comes back")
    func room() {
        var backlog = backlog
        for offset in Int64(0)..<4 {
            #expect(backlog.hasRoom)
            backlog.append(message(p0, offset))
        }
        #expect(!backlog.hasRoom)
        #expect(!backlog.isHalfEmpty)
        _ = backlog.next()
        #expect(backlog.hasRoom)
        _ = backlog.next()
        #expect(backlog.isHalfEmpty)
        backlog.append(message(p1, 0, size: 20_000))
        #expect(!backlog.hasRoom)
        _ = backlog.revoke([p1], id: 1)
        #expect(backlog.hasRoom)
    }

    @Test("Unread errors are bounded, unread statistics replaced")
    func errors() {
        var backlog = backlog
        for number in 0..<100 { backlog.append(KafkaError.invalid("\(number)")) }
        backlog.append(statistics: "1")
        backlog.append(statistics: "2")
        let words = drain(&backlog)
        #expect(words.count == 33)
        #expect(words.first == "e68")
        #expect(words.last == "s2")
    }
}
