import Synchronization

/// Where the poll thread and the one reader meet.
final class ConsumerBuffer: Sendable {
    enum Step {
        case event(KafkaConsumerEvent)
        case failure(KafkaError)
        case end
    }

    private struct State {
        var backlog: ConsumerBacklog
        var waiter: CheckedContinuation<Step, Never>?
        var hasReader = false
        /// The poll thread found no room and waits to be told that there is some.
        var isThrottled = false
        var failure: KafkaError?
        var hasEnded = false

        mutating func step() -> Step? {
            if !hasEnded { return backlog.next().map { .event($0) } }
            if let event = backlog.nextRebalance() { return .event(event) }
            return failure.take().map { .failure($0) } ?? .end
        }

        mutating func isRoomAgain() -> Bool {
            guard isThrottled, backlog.isHalfEmpty else { return false }
            isThrottled = false
            return true
        }
    }

    private let state: Mutex<State>
    private let wakeUp: WakeUp

    init(maximumMessages: Int, maximumBytes: Int, wakeUp: WakeUp) {
        state = Mutex(
            State(backlog: ConsumerBacklog(maximumMessages: maximumMessages, maximumBytes: maximumBytes))
        )
        self.wakeUp = wakeUp
    }

    // MARK: - The poll thread's side

    func change<Value: Sendable>(_ body: (inout ConsumerBacklog) -> Value) -> Value {
        let (value, waiter, step) = state.withLock { state in
            let value = body(&state.backlog)
            guard state.waiter != nil, let step = state.step() else {
                return (value, nil as CheckedContinuation<Step, Never>?, Step.end)
            }
            return (value, state.waiter.take(), step)
        }
        waiter?.resume(returning: step)
        return value
    }

    /// If there is no room, the wake-up is signalled once there is.
    func hasRoom() -> Bool {
        state.withLock { state in
            state.isThrottled = !state.backlog.hasRoom
            return !state.isThrottled
        }
    }

    /// Whether there is an iterator that was read and is neither gone nor cancelled.
    var hasReader: Bool { state.withLock { $0.hasReader } }

    /// Ends the sequence: with the error, if any, after the rebalances that wait.
    ///
    /// Messages that wait are dropped.
    func end(_ failure: KafkaError? = nil) {
        let (waiter, step) = state.withLock { state in
            state.backlog.dropMessages()
            // Only the first end counts: a close after a fatal error does not undo it.
            if !state.hasEnded { state.failure = failure }
            state.hasEnded = true
            guard state.waiter != nil, let step = state.step() else {
                return (nil as CheckedContinuation<Step, Never>?, Step.end)
            }
            return (state.waiter.take(), step)
        }
        waiter?.resume(returning: step)
    }

    // MARK: - The reader's side

    /// The end also when the task is cancelled, even if there is something to read.
    func next() async -> Step {
        let step = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let step = read(or: continuation) { continuation.resume(returning: step) }
            }
        } onCancel: {
            readerLeft()
        }
        if state.withLock({ $0.isRoomAgain() }) { wakeUp.signal() }
        return step
    }

    /// What is there to read; if nothing, the continuation waits for it.
    private func read(or continuation: CheckedContinuation<Step, Never>) -> Step? {
        state.withLock { state in
            // Under the lock, which the cancellation handler takes too: it comes before this, or finds the waiter.
            if Task.isCancelled { return .end }
            if state.waiter != nil { return .failure(.busy("a consumer's events have one reader")) }
            state.hasReader = true
            if let step = state.step() { return step }
            state.waiter = continuation
            return nil
        }
    }

    func readerLeft() {
        let waiter = state.withLock { state in
            state.hasReader = false
            return state.waiter.take()
        }
        waiter?.resume(returning: .end)
        // A close may wait for the reader.
        wakeUp.signal()
    }
}
