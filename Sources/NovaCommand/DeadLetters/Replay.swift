import KafkaClient
import NovaContract

/// Sends dead letters' originals again, and says so behind each letter.
///
/// A letter is marked after its original was acknowledged. If the process dies in between, the letter is listed as before,
/// and replaying it again begins nothing twice: a failed job is begun once for each letter.
struct Replay: Sendable {
    struct Sent: Sendable, Equatable {
        let entry: DeadLetterEntry
        let topic: String
        let delivery: KafkaDelivery
    }

    struct Fault: Error, Sendable {
        let entry: DeadLetterEntry
        let reason: String
        let isRetriable: Bool
    }

    let archive: DeadLetterArchive
    let producer: KafkaProducer

    /// Replays in order, until one fails.
    ///
    /// - Parameter report: Called for each that was sent and marked, as soon as it is.
    /// - Returns: the first fault. Those after it in its batch that have other keys may have been replayed.
    func run(_ entries: [DeadLetterEntry], report: @Sendable @escaping (Sent) -> Void) async throws -> Fault? {
        for batch in ReplayPlan.batches(entries) {
            guard let pool = batch.first?.reference.pool else { continue }
            let records = try await archive.records(at: batch.map(\.reference.place), of: pool)
            if let fault = await send(batch, records, report) { return fault }
        }
        return nil
    }

    private func send(
        _ batch: [DeadLetterEntry],
        _ records: [DeadLetterPlace: KafkaMessage],
        _ report: @Sendable @escaping (Sent) -> Void
    ) async -> Fault? {
        await withTaskGroup(of: Fault?.self) { group in
            for lane in ReplayPlan.lanes(batch) {
                group.addTask { await send(lane: lane, records, report) }
            }
            var first: Fault?
            for await fault in group { first = first ?? fault }
            return first
        }
    }

    /// The letters of one key, one after the other, until one fails: a later one must not overtake it.
    private func send(
        lane: [DeadLetterEntry],
        _ records: [DeadLetterPlace: KafkaMessage],
        _ report: @Sendable (Sent) -> Void
    ) async -> Fault? {
        for entry in lane {
            do {
                report(try await send(entry, records[entry.reference.place]))
            } catch let error as KafkaError {
                return Fault(entry: entry, reason: "\(error)", isRetriable: error.isRetriable)
            } catch let fault as Fault {
                return fault
            } catch {
                return Fault(entry: entry, reason: "\(error)", isRetriable: true)
            }
        }
        return nil
    }

    private func send(_ entry: DeadLetterEntry, _ message: KafkaMessage?) async throws -> Sent {
        guard let message, let letter = entry.record.letter else {
            throw Fault(entry: entry, reason: "the broker has removed it meanwhile", isRetriable: false)
        }
        let now = Timestamp.milliseconds()
        let record = KafkaRecord(replaying: message, of: letter, at: entry.reference.place, now: now)
        let delivery = try await producer.send(record)
        do {
            try await ResolutionWriter(kafka: archive.kafka, producer: producer).write(.replayed, of: [entry])
        } catch let error as KafkaError {
            let reason =
                "sent, but not marked, so it is listed still; replaying it again begins nothing twice: \(error)"
            throw Fault(entry: entry, reason: reason, isRetriable: error.isRetriable)
        }
        return Sent(entry: entry, topic: letter.topic, delivery: delivery)
    }
}
