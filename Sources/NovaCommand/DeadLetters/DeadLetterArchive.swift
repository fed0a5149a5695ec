import KafkaClient
import NovaContract
import NovaPools

/// The topics of dead letters, read.
struct DeadLetterArchive: Sendable {
    let kafka: ToolKafka

    /// What the pools' topics hold.
    ///
    /// - Parameter pools: Where none is named, all whose topic exists.
    /// - Throws: `CommandFailure` where a pool that is named has no topic.
    func ledgers(of pools: [Pool]) async throws -> [DeadLetterLedger] {
        let existing = Set(try await kafka.admin.listTopics())
        var ledgers: [DeadLetterLedger] = []
        for pool in NovaPools.all where pools.isEmpty || pools.contains(pool) {
            let topic = kafka.names.deadLetters(pool)
            if existing.contains(topic) {
                ledgers.append(try await ledger(of: pool, topic))
            } else if !pools.isEmpty {
                throw CommandFailure(
                    .failed,
                    "there is no topic \(topic): a worker of the pool makes it, or `nova topics create \(pool.name)`"
                )
            }
        }
        return ledgers
    }

    private func ledger(of pool: Pool, _ topic: String) async throws -> DeadLetterLedger {
        var ledger = DeadLetterLedger(pool: pool)
        try await kafka.reader.read(topic) { batch in
            for message in batch { ledger.add(message) }
        }
        return ledger
    }

    /// - Throws: `CommandFailure` where there is none.
    static func find(_ reference: DeadLetterReference, in ledgers: [DeadLetterLedger]) throws -> DeadLetterEntry {
        let ledger = ledgers.first { $0.pool == reference.pool }
        guard let entry = ledger?.entry(at: reference.place) else {
            throw CommandFailure(.failed, "there is no dead letter \(reference): see `nova dead-letters list --all`")
        }
        return entry
    }

    /// The whole records of the letters of one pool.
    ///
    /// They are held in memory: the caller bounds them. One that retention has removed meanwhile is missing.
    func records(at places: [DeadLetterPlace], of pool: Pool) async throws -> [DeadLetterPlace: KafkaMessage] {
        let wanted = Set(places)
        var ranges: [Int32: Range<Int64>] = [:]
        for place in places {
            let known = ranges[place.partition] ?? place.offset..<place.offset + 1
            ranges[place.partition] = min(known.lowerBound, place.offset)..<max(known.upperBound, place.offset + 1)
        }
        var records: [DeadLetterPlace: KafkaMessage] = [:]
        try await kafka.reader.read(kafka.names.deadLetters(pool), in: ranges) { batch in
            for message in batch {
                let place = DeadLetterPlace(partition: message.partition, offset: message.offset)
                if wanted.contains(place) { records[place] = message }
            }
        }
        return records
    }
}
