import Foundation
import Synchronization

/// Takes down what happens in a run: only ever appended to, from any task.
///
/// Bounded: writers stop when ``isFull``, which is long enough before nothing is taken any more.
package final class History: Sendable {
    private struct State {
        var record = HistoryRecord()
        var places: Set<RecordPlace> = []
    }

    private struct RecordPlace: Hashable {
        let topic: SeenRecord.Topic
        let partition: Int32
        let offset: Int64
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let begin = ContinuousClock.now

    /// - Parameter capacity: things noticed; a million take some 300 MB.
    package init(capacity: Int = 2_000_000) {
        self.capacity = capacity
    }

    /// Milliseconds since the history began.
    package var now: Int {
        let elapsed = begin.duration(to: .now).components
        return Int(elapsed.seconds) * 1_000 + Int(elapsed.attoseconds / 1_000_000_000_000_000)
    }

    /// A copy of all there is.
    package var record: HistoryRecord { state.withLock(\.record) }
    /// Whether no more should be begun: what is still to come of commands under way has room.
    package var isFull: Bool { state.withLock(\.record.count) >= capacity / 5 * 4 }

    // MARK: - Taking down

    /// Gives the command its number.
    package func add(
        writer: Int,
        kind: SentCommand.Kind,
        flowID: String,
        idempotencyKey: String
    ) -> SentCommand {
        let at = now
        return state.withLock { state in
            let command = SentCommand(
                id: state.record.sent.count,
                writer: writer,
                kind: kind,
                flowID: flowID,
                idempotencyKey: idempotencyKey,
                at: at
            )
            append(&state) { $0.sent.append(command) }
            return command
        }
    }

    package func add(_ answer: CommandAnswer) { change { $0.answers.append(answer) } }
    package func add(_ event: SeenEvent) { change { $0.events.append(event) } }
    package func add(_ gap: ToldGap) { change { $0.gaps.append(gap) } }

    /// A record at a place that is known already changes nothing.
    package func add(_ record: SeenRecord) {
        let place = RecordPlace(topic: record.topic, partition: record.partition, offset: record.offset)
        state.withLock { state in
            guard state.places.insert(place).inserted else { return }
            append(&state) { $0.records.append(record) }
        }
    }

    package func fault(_ kind: String, _ text: String) {
        let fault = NotedFault(kind: kind, text: text, at: now)
        change { $0.faults.append(fault) }
    }

    /// Sets what is found at the end; not bounded, for it grows with what was taken.
    package func conclude(_ body: (inout HistoryRecord) -> Void) {
        state.withLock { body(&$0.record) }
    }

    private func change(_ body: (inout HistoryRecord) -> Void) {
        state.withLock { append(&$0, body) }
    }

    private func append(_ state: inout State, _ body: (inout HistoryRecord) -> Void) {
        guard state.record.count < capacity else { return }
        body(&state.record)
    }
}
