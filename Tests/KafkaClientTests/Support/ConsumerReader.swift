import KafkaClient

/// Reads a consumer's events, passing over those a test does not ask for.
struct ConsumerReader {
    struct Ended: Error {}

    private var iterator: KafkaConsumerEvents.Iterator?

    init(_ consumer: KafkaConsumer) {
        iterator = consumer.events.makeAsyncIterator()
    }

    mutating func next() async throws -> KafkaConsumerEvent {
        guard let event = try await iterator?.next() else { throw Ended() }
        return event
    }

    mutating func stop() {
        iterator = nil
    }

    /// The first event that is wanted.
    mutating func first<Value>(_ pick: (KafkaConsumerEvent) -> Value?) async throws -> Value {
        while true {
            if let value = pick(try await next()) { return value }
        }
    }

    mutating func messages(_ count: Int) async throws -> [KafkaMessage] {
        var messages: [KafkaMessage] = []
        while messages.count < count {
            messages.append(
                try await first { event in
                    guard case .message(let message) = event else { return nil }
                    return message
                }
            )
        }
        return messages
    }

    /// The next partitions, passing over the news that there are none yet.
    mutating func assigned() async throws -> [KafkaTopicPartition] {
        try await first { event in
            guard case .assigned(let partitions) = event, !partitions.isEmpty else { return nil }
            return partitions
        }
    }

    mutating func revoked() async throws -> KafkaRevocation {
        try await first { event in
            guard case .revoked(let revocation) = event else { return nil }
            return revocation
        }
    }
}
