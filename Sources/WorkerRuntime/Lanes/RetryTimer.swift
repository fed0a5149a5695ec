import AsyncPrimitives
import NovaContract
import Synchronization

/// Wakes parked records when their time has come, or before, when somebody says so.
///
/// As many as the lanes have parked, which their partitions' backlogs bound.
final class RetryTimer: Sendable {
    private struct Delayed: Sendable {
        let entry: Lanes.Entry
        let jobID: String
        let owner: String
        var due: ContinuousClock.Instant
    }

    private struct State {
        var delayed: [Delayed] = []
        /// When the next timer wakes `run`.
        var alarm: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let changes = AsyncSignal()

    func park(_ entry: Lanes.Entry, _ command: Command, until due: ContinuousClock.Instant) {
        let delayed = Delayed(entry: entry, jobID: command.jobID, owner: command.owner, due: due)
        state.withLock { $0.delayed.append(delayed) }
        changes.signal()
    }

    var jobs: [(id: String, owner: String)] { state.withLock { $0.delayed.map { ($0.jobID, $0.owner) } } }

    /// The job's time has come, whatever was said before: it was cancelled.
    func wake(_ jobID: String) {
        let isParked = state.withLock { state in
            var isParked = false
            for index in state.delayed.indices where state.delayed[index].jobID == jobID {
                state.delayed[index].due = .now
                isParked = true
            }
            return isParked
        }
        if isParked { changes.signal() }
    }

    /// Gives each record to `lanes` when it is due, until the task is cancelled.
    func run(_ lanes: Lanes) async {
        await withDiscardingTaskGroup { timers in
            for await _ in changes {
                let (due, alarm) = takeDue()
                for entry in due { lanes.unpark(entry) }
                if let alarm { timers.addTask { await self.ring(at: alarm) } }
            }
            timers.cancelAll()
        }
    }

    private func ring(at time: ContinuousClock.Instant) async {
        // Cut short by cancellation, which ends `changes` too.
        do { try await Task.sleep(until: time) } catch { return }
        state.withLock { state in
            if state.alarm == time { state.alarm = nil }
        }
        changes.signal()
    }

    /// What is due, and when a new timer is to ring, if one is needed.
    private func takeDue() -> (due: [Lanes.Entry], alarm: ContinuousClock.Instant?) {
        state.withLock { state in
            let now = ContinuousClock.now
            let due = state.delayed.filter { $0.due <= now }
            state.delayed.removeAll { $0.due <= now }
            guard let next = state.delayed.map(\.due).min(), state.alarm.map({ next < $0 }) ?? true else {
                return (due.map(\.entry), nil)
            }
            state.alarm = next
            return (due.map(\.entry), next)
        }
    }
}
