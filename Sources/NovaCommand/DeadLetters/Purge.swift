import KafkaClient
import NovaContract

/// Gives dead letters up, and has deleted what nobody needs any more.
struct Purge: Sendable {
    struct Deletion: Sendable, Equatable {
        let topic: String
        let partition: Int32
        /// The oldest that is kept.
        let before: Int64
    }

    struct Outcome: Sendable, Equatable {
        var deleted: [Deletion] = []
        /// Topics whose broker has no request for it.
        var unsupported: [String] = []
        var failed: [String] = []
    }

    let kafka: ToolKafka
    let producer: KafkaProducer

    /// Marks the letters as purged, at all of their places; from then on no list shows them.
    ///
    /// - Returns: what is known of the pools after that.
    func mark(_ entries: [DeadLetterEntry], in ledgers: [DeadLetterLedger]) async throws -> [DeadLetterLedger] {
        let writer = ResolutionWriter(kafka: kafka, producer: producer)
        var after: [DeadLetterLedger] = []
        for var ledger in ledgers {
            let own = entries.filter { $0.reference.pool == ledger.pool }
            for mark in try await writer.write(.purged, of: own) { ledger.note(mark) }
            for mark in try await writer.complete(ledger.entries.filter { !$0.isOpen }) { ledger.note(mark) }
            after.append(ledger)
        }
        return after
    }

    /// Deletes the records below the first letter of each partition that waits for somebody.
    ///
    /// A letter that a worker writes again just now is shown as a new one then.
    func delete(_ ledgers: [DeadLetterLedger]) async throws -> Outcome {
        var outcome = Outcome()
        for ledger in ledgers where !ledger.removable.isEmpty {
            let topic = kafka.names.deadLetters(ledger.pool)
            let offsets = ledger.removable.map { partition, offset in
                KafkaOffset(topicPartition: KafkaTopicPartition(topic: topic, partition: partition), offset: offset)
            }
            do {
                let answers = try await kafka.admin.deleteRecords(before: offsets)
                for (place, answer) in answers.sorted(by: { $0.key.partition < $1.key.partition }) {
                    outcome.add(place, answer)
                }
            } catch let error as KafkaError where error.isUnsupported {
                outcome.unsupported.append(topic)
            } catch let error as KafkaError {
                outcome.failed.append("\(topic): \(error)")
            }
        }
        return outcome
    }
}

extension Purge.Outcome {
    fileprivate mutating func add(_ place: KafkaTopicPartition, _ answer: KafkaRecordDeletion) {
        switch answer {
        case .deleted(let oldest):
            deleted.append(Purge.Deletion(topic: place.topic, partition: place.partition, before: oldest))
        case .failed(let error) where error.isUnsupported:
            if !unsupported.contains(place.topic) { unsupported.append(place.topic) }
        case .failed(let error):
            failed.append("\(place): \(error)")
        }
    }
}
