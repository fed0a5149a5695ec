import KafkaClient
import Synchronization

/// The scheduler under its lock, the signals of what runs, and who waits for a change.
final class Lanes: Sendable {
    typealias Entry = LaneScheduler.Entry

    fileprivate struct State {
        var scheduler: LaneScheduler
        var signals: [ObjectIdentifier: (entry: Entry, signal: CancellationSignal)] = [:]
    }

    private let state: Mutex<State>
    private let ended: AsyncStream<Void>.Continuation
    /// Yields after records ended, once for many.
    let ends: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation
    /// Yields after records came or ended, once for many.
    let changes: AsyncStream<Void>
    private let idled: AsyncStream<Void>.Continuation
    private let idle: AsyncStream<Void>

    init(limit: Int, backlog: Int) {
        state = Mutex(State(scheduler: LaneScheduler(limit: limit, backlog: backlog)))
        (ends, ended) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (idle, idled) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var load: (running: Int, unfinished: Int) {
        state.withLock { ($0.scheduler.runningCount, $0.scheduler.unfinished) }
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

    /// Takes a record; returns it, with its signal, where a new slot is to run it.
    func enqueue(_ message: KafkaMessage, lane: String) -> (Entry, CancellationSignal)? {
        let started = state.withLock { state in
            state.scheduler.enqueue(message, lane: lane).map { state.begin($0) }
        }
        changed.yield()
        return started
    }

    /// The slot that ran `entry` is free; returns what it runs next.
    func finish(
        _ entry: Entry,
        _ signal: CancellationSignal,
        isFinished: Bool
    ) -> (Entry, CancellationSignal)? {
        let (next, isIdle) = state.withLock { state in
            state.signals[ObjectIdentifier(signal)] = nil
            let next = state.scheduler.finish(entry, isFinished: isFinished).map { state.begin($0) }
            return (next, state.scheduler.isIdle)
        }
        ended.yield()
        changed.yield()
        if isIdle { idled.yield() }
        return next
    }

    /// Nothing begins any more.
    func stop() {
        let isIdle = state.withLock { state in
            state.scheduler.stop()
            return state.scheduler.isIdle
        }
        if isIdle { idled.yield() }
    }

    /// Everything that still runs is handed over.
    func handOver() {
        for signal in state.withLock({ $0.signals.values.map(\.signal) }) { signal.raise(.handedOver) }
    }

    /// Returns when nothing runs, after `stop()`.
    func waitUntilIdle() async {
        if state.withLock({ $0.scheduler.isIdle }) { return }
        _ = await idle.first { _ in self.state.withLock { $0.scheduler.isIdle } }
    }

    func committable() -> [KafkaOffset] { state.withLock { $0.scheduler.committable() } }
    func markCommitted(_ offsets: [KafkaOffset]) { state.withLock { $0.scheduler.markCommitted(offsets) } }

    func flowChanges() -> (pause: [KafkaTopicPartition], resume: [KafkaTopicPartition]) {
        state.withLock { $0.scheduler.flowChanges() }
    }
}

extension Lanes.State {
    fileprivate mutating func begin(_ entry: LaneScheduler.Entry) -> (LaneScheduler.Entry, CancellationSignal) {
        let signal = CancellationSignal()
        signals[ObjectIdentifier(signal)] = (entry, signal)
        return (entry, signal)
    }
}
