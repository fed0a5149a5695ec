import AsyncPrimitives
import KafkaClient
import Synchronization

/// The scheduler under its lock, the signals of what runs, and who waits for a change.
final class Lanes: Sendable {
    typealias Entry = LaneScheduler.Entry
    /// A record that is to run, and the signal that tells it to stop.
    typealias Begin = (entry: Entry, signal: CancellationSignal)

    fileprivate struct State {
        var scheduler: LaneScheduler
        var signals: [ObjectIdentifier: (entry: Entry, signal: CancellationSignal)] = [:]
        /// Of who waits for partitions to be left: the reader, one revocation after the other.
        var leaving: AsyncSignal?
    }

    private let state: Mutex<State>
    private let begun: AsyncStream<Begin>.Continuation
    /// What a new slot is to run.
    ///
    /// The scheduler gives out no more than there are slots, which bounds the buffer.
    let begins: AsyncStream<Begin>
    /// After records ended.
    let ends = AsyncSignal()
    /// After records came or ended.
    let changes = AsyncSignal()
    private let idle = AsyncSignal()

    init(limit: Int, backlog: Int, backlogBytes: Int) {
        state = Mutex(State(scheduler: LaneScheduler(limit: limit, backlog: backlog, backlogBytes: backlogBytes)))
        (begins, begun) = AsyncStream.makeStream()
    }

    var load: (running: Int, parked: Int, unfinished: Int) {
        state.withLock { ($0.scheduler.runningCount, $0.scheduler.parkedCount, $0.scheduler.unfinished) }
    }

    func assign(_ partitions: [KafkaTopicPartition]) { state.withLock { $0.scheduler.assign(partitions) } }

    /// Forgets the partitions and hands over what runs of them; returns what may still be committed.
    func remove(_ partitions: [KafkaTopicPartition]) -> [KafkaOffset] {
        let gone = Set(partitions)
        let (offsets, raised) = state.withLock { state in
            let signals = state.signals.values.filter { gone.contains($0.entry.partition) }.map(\.signal)
            return (state.scheduler.remove(partitions), signals)
        }
        for signal in raised { signal.raise(.handedOver) }
        return offsets
    }

    /// Takes a record; it begins as soon as its lane and a slot are free.
    func enqueue(_ message: KafkaMessage, lane: String) {
        begin { $0.enqueue(message, lane: lane) }
        changes.signal()
    }

    /// The time of a parked record has come.
    func unpark(_ entry: Entry) { begin { $0.unpark(entry) } }

    private func begin(_ next: (inout LaneScheduler) -> Entry?) {
        let started = state.withLock { state in next(&state.scheduler).map { state.begin($0) } }
        if let started { begun.yield(started) }
    }

    /// The slot that ran `entry` is free; returns what it runs next.
    func finish(_ entry: Entry, _ signal: CancellationSignal, _ disposition: RecordDisposition) -> Begin? {
        let (next, isIdle, leaving) = state.withLock { state in
            state.signals[ObjectIdentifier(signal)] = nil
            let next = state.scheduler.finish(entry, disposition).map { state.begin($0) }
            return (next, state.scheduler.isIdle, state.leaving)
        }
        leaving?.signal()
        ends.signal()
        changes.signal()
        if isIdle { idle.signal() }
        return next
    }

    /// The handler of `entry` waits, and lends its slot to others; see `LaneScheduler.lend`.
    func lend(_ entry: Entry) {
        begin { $0.lend(entry) }
        changes.signal()
    }

    func reclaim(_ entry: Entry) { state.withLock { $0.scheduler.reclaim(entry) } }

    /// Nothing begins any more; what waits without a slot, maybe for hours, is handed over.
    func stop() {
        let (isIdle, waiting) = state.withLock { state in
            state.scheduler.stop()
            let waiting = state.signals.values.filter { state.scheduler.isWaiting($0.entry) }.map(\.signal)
            return (state.scheduler.isIdle, waiting)
        }
        for signal in waiting { signal.raise(.handedOver) }
        if isIdle { idle.signal() }
    }

    /// Ends `begins`; to be called when nothing runs.
    func close() { begun.finish() }

    /// Everything that still runs is left to whoever reads on.
    func handOver() {
        for signal in state.withLock({ $0.signals.values.map(\.signal) }) { signal.raise(.stopping) }
    }

    /// Returns when nothing runs, after `stop()`.
    func waitUntilIdle() async {
        if state.withLock({ $0.scheduler.isIdle }) { return }
        for await _ in idle where state.withLock({ $0.scheduler.isIdle }) { return }
    }

    /// Returns when nothing of these partitions runs any more, or after the time.
    func waitUntilLeft(_ partitions: [KafkaTopicPartition], atMost limit: Duration) async {
        let gone = Set(partitions)
        let leaving = AsyncSignal()
        state.withLock { $0.leaving = leaving }
        // For what has ended already.
        leaving.signal()
        do {
            try await withDeadline(limit) {
                for await _ in leaving where self.state.withLock({ !$0.runsAny(of: gone) }) { break }
            }
        } catch {
            // The time is over, or the task is cancelled: what still runs is not waited for.
        }
        state.withLock { $0.leaving = nil }
    }

    func committable() -> [KafkaOffset] { state.withLock { $0.scheduler.committable() } }
    func markCommitted(_ offsets: [KafkaOffset]) { state.withLock { $0.scheduler.markCommitted(offsets) } }

    func flowChanges() -> (pause: [KafkaTopicPartition], resume: [KafkaTopicPartition]) {
        state.withLock { $0.scheduler.flowChanges() }
    }
}

extension Lanes.State {
    fileprivate func runsAny(of partitions: Set<KafkaTopicPartition>) -> Bool {
        signals.values.contains { partitions.contains($0.entry.partition) }
    }

    fileprivate mutating func begin(_ entry: LaneScheduler.Entry) -> Lanes.Begin {
        let signal = CancellationSignal()
        signals[ObjectIdentifier(signal)] = (entry, signal)
        return (entry, signal)
    }
}
