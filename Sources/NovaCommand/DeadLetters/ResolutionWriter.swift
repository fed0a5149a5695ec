import KafkaClient
import NovaContract

/// Says behind letters what became of them.
struct ResolutionWriter: Sendable {
    /// Records on their way at a time.
    private static let concurrency = 256

    let kafka: ToolKafka
    let producer: KafkaProducer

    /// Marks each letter at all of its places, and returns what was written once every in-sync replica has it.
    ///
    /// - Throws: `KafkaError`; some may be marked then.
    @discardableResult
    func write(_ kind: DeadLetterResolution.Kind, of entries: [DeadLetterEntry]) async throws -> [DeadLetterResolution]
    {
        let now = Timestamp.milliseconds()
        let marks = entries.flatMap { entry in
            entry.places.map { (entry.reference.pool, DeadLetterResolution(kind, of: $0, at: now)) }
        }
        try await write(marks)
        return marks.map(\.1)
    }

    /// Repeats the word on a letter at those of its places that have none.
    ///
    /// - Throws: as above.
    func complete(_ entries: [DeadLetterEntry]) async throws -> [DeadLetterResolution] {
        let marks = entries.flatMap { entry in
            entry.resolution.map { known in
                entry.unmarked.map { (entry.reference.pool, DeadLetterResolution(known.kind, of: $0, at: known.at)) }
            } ?? []
        }
        try await write(marks)
        return marks.map(\.1)
    }

    private func write(_ marks: [(pool: Pool, resolution: DeadLetterResolution)]) async throws {
        for start in stride(from: 0, to: marks.count, by: Self.concurrency) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (pool, resolution) in marks[start..<min(start + Self.concurrency, marks.count)] {
                    let record = KafkaRecord(resolution, topic: kafka.names.deadLetters(pool))
                    group.addTask { _ = try await producer.send(record) }
                }
                try await group.waitForAll()
            }
        }
    }
}
