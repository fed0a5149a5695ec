import Synchronization

/// Calls whose answer comes later from a poll thread, by number.
///
/// Each ends exactly once: answered, expired, cancelled, or failed with all the others at the end.
///
/// librdkafka carries the number only; what it may drop or report late is never a continuation.
final class PendingCalls<Value: Sendable>: Sendable {
    private struct Call {
        let continuation: CheckedContinuation<Value, any Error>
        let deadline: ContinuousClock.Instant?
    }

    private struct State {
        var calls: [UInt: Call] = [:]
        var end: KafkaError?
    }

    private let state = Mutex(State())
    private let lastID = Atomic<UInt>(0)

    /// Begins a call and returns its answer.
    ///
    /// - Parameter begin: hands the number over. If it throws there will be no answer.
    /// - Throws: the answer's error, or `CancellationError` as soon as the task is cancelled; what was begun goes on.
    func call(
        deadline: ContinuousClock.Instant? = nil,
        _ begin: (UInt) throws(KafkaError) -> Void
    ) async throws -> Value {
        // Never 0, which stands for no call.
        let id = lastID.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                start(id, Call(continuation: continuation, deadline: deadline), begin)
            }
        } onCancel: {
            take(id)?.resume(throwing: CancellationError())
        }
    }

    private func start(_ id: UInt, _ call: Call, _ begin: (UInt) throws(KafkaError) -> Void) {
        let end = state.withLock { state in
            if state.end == nil { state.calls[id] = call }
            return state.end
        }
        if let end { return call.continuation.resume(throwing: end) }
        // The cancellation handler may have run before the call was known to it.
        if Task.isCancelled {
            take(id)?.resume(throwing: CancellationError())
            return
        }
        do throws(KafkaError) {
            try begin(id)
        } catch {
            take(id)?.resume(throwing: error)
        }
    }

    /// Answers; unknown numbers are those of calls that were given up.
    func finish(_ answers: [(id: UInt, result: Result<Value, KafkaError>)]) {
        let known = state.withLock { state in
            answers.compactMap { answer in
                state.calls.removeValue(forKey: answer.id).map { ($0.continuation, answer.result) }
            }
        }
        for (continuation, result) in known { continuation.resume(with: result.mapError { $0 as any Error }) }
    }

    /// Fails the calls whose deadline has passed.
    func expire(now: ContinuousClock.Instant, error: KafkaError) {
        let expired = state.withLock { state in
            let late = state.calls.filter { $0.value.deadline.map { $0 <= now } ?? false }
            for id in late.keys { state.calls[id] = nil }
            return late.values
        }
        for call in expired { call.continuation.resume(throwing: error) }
    }

    /// Fails what is pending with one error, and what would begin later with the other.
    func end(pending error: KafkaError, later: KafkaError) {
        let calls = state.withLock { state in
            state.end = state.end ?? later
            defer { state.calls = [:] }
            return state.calls.values
        }
        for call in calls { call.continuation.resume(throwing: error) }
    }

    private func take(_ id: UInt) -> CheckedContinuation<Value, any Error>? {
        state.withLock { $0.calls.removeValue(forKey: id)?.continuation }
    }
}
