import AsyncPrimitives
import Synchronization

/// The order of turns under its lock, who waits for one, and the signals of those that have one.
///
/// Bounded by the lanes: who asks holds one.
final class Turns: Sendable {
    private struct State {
        var order: TurnOrder
        var last: UInt64 = 0
        /// Set when the turn has come.
        var waiting: [UInt64: AsyncEvent] = [:]
        var signals: [UInt64: CancellationSignal] = [:]
        /// When the order is to be asked again.
        var due: ContinuousClock.Instant?
        /// When the next timer rings.
        var alarm: ContinuousClock.Instant?
    }

    private let state: Mutex<State>
    private let changes = AsyncSignal()

    /// - Parameter patience: how long an attempt may run before it makes way for a suspect.
    init(patience: Duration) {
        state = Mutex(State(order: TurnOrder(patience: patience)))
    }

    var suspectsWaiting: Int { state.withLock(\.order.suspectsWaiting) }

    /// Returns the number of the turn when it has come; to be given back with `leave`.
    ///
    /// Nil where `signal` is raised or the task cancelled first.
    ///
    /// - Parameter beforeWaiting: done where the turn does not come at once, when it is asked for already.
    func take(
        _ kind: TurnOrder.Kind,
        _ signal: CancellationSignal,
        beforeWaiting: () async -> Void = {}
    ) async -> UInt64? {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        guard let coming = ask(number, kind, signal) else { return number }
        await beforeWaiting()
        await withTaskGroup(of: Void.self) { group in
            // Cancelled or come: it is looked at below.
            group.addTask { do { try await coming.wait() } catch {} }
            group.addTask { _ = await signal.wait() }
            await group.next()
            group.cancelAll()
        }
        return isIn(number) ? number : nil
    }

    /// Returns when the turn that was left has come again.
    ///
    /// False where the task is cancelled first: it has no turn then.
    func takeAgain(_ number: UInt64, _ kind: TurnOrder.Kind, _ signal: CancellationSignal) async -> Bool {
        if let coming = ask(number, kind, signal) {
            // Cancelled or come: it is looked at below.
            do { try await coming.wait() } catch {}
        }
        return isIn(number)
    }

    /// The turn is over, or nobody waits for it any more.
    func leave(_ number: UInt64) {
        state.withLock { state in
            state.order.leave(number, now: .now)
            state.waiting[number] = nil
            state.signals[number] = nil
        }
        advance()
    }

    /// The suspect goes on beside others.
    func release(_ number: UInt64) {
        state.withLock { $0.order.release(number, now: .now) }
        advance()
    }

    /// Nil where the turn has come at once; else it is set when it has.
    private func ask(_ number: UInt64, _ kind: TurnOrder.Kind, _ signal: CancellationSignal) -> AsyncEvent? {
        let coming = state.withLock { state -> AsyncEvent? in
            state.signals[number] = signal
            if state.order.ask(number, kind, now: .now) { return nil }
            let coming = AsyncEvent()
            state.waiting[number] = coming
            return coming
        }
        if coming != nil { advance() }
        return coming
    }

    /// Whether the turn has come; where it has not, nobody waits for it any more.
    private func isIn(_ number: UInt64) -> Bool {
        if state.withLock({ $0.order.isIn(number) }) { return true }
        leave(number)
        return false
    }

    /// Does what the order says, and sees to it that it is asked again in time.
    private func advance() {
        let (coming, asked, isLater) = state.withLock { state in
            let acts = state.order.advance(now: .now)
            state.due = acts.alarm
            let coming = acts.admitted.compactMap { state.waiting.removeValue(forKey: $0) }
            return (coming, acts.asked.compactMap { state.signals[$0] }, acts.alarm != nil)
        }
        for turn in coming { turn.set() }
        for signal in asked { signal.raise(.madeWay) }
        if isLater { changes.signal() }
    }

    // MARK: - Time

    /// Gives turns whose time has come, until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { timers in
            for await _ in changes {
                if let alarm = nextAlarm() { timers.addTask { await self.ring(at: alarm) } }
            }
            timers.cancelAll()
        }
    }

    /// When a new timer is to ring, if one is needed.
    private func nextAlarm() -> ContinuousClock.Instant? {
        state.withLock { state in
            guard let next = state.due, state.alarm.map({ next < $0 }) ?? true else { return nil }
            state.alarm = next
            return next
        }
    }

    private func ring(at time: ContinuousClock.Instant) async {
        // Cut short by cancellation, which ends `changes` too.
        do { try await Task.sleep(until: time) } catch { return }
        state.withLock { state in
            if state.alarm == time { state.alarm = nil }
        }
        advance()
    }
}
