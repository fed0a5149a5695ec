import DequeModule
import Synchronization

/// The bounded buffer between the subscription connection and one scope's reader.
final class SubscriptionBuffer: Sendable {
    private typealias Reader = CheckedContinuation<RedisSubscriptionEvent, any Error>

    private struct State {
        var events: Deque<RedisSubscriptionEvent> = []
        var reader: Reader?
        /// Set once; thrown when `events` is empty.
        var end: RedisError?
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int, first event: RedisSubscriptionEvent?) {
        self.capacity = max(1, capacity)
        if let event { state.withLock { $0.events.append(event) } }
    }

    /// Hands the event to the reader, or keeps it.
    ///
    /// False: it was full, and has ended.
    func offer(_ event: RedisSubscriptionEvent) -> Bool {
        let (isTaken, reader) = state.withLock { state -> (Bool, Reader?) in
            guard state.end == nil else { return (true, nil) }
            if let reader = state.reader.take() { return (true, reader) }
            guard state.events.count < capacity else {
                state.end = .subscriberTooSlow
                return (false, nil)
            }
            state.events.append(event)
            return (true, nil)
        }
        reader?.resume(returning: event)
        return isTaken
    }

    /// No more events come.
    ///
    /// What is buffered is still delivered, then `error` is thrown, also by later reads.
    func finish(_ error: RedisError) {
        let reader = state.withLock { state -> Reader? in
            if state.end == nil { state.end = error }
            return state.reader.take()
        }
        reader?.resume(throwing: error)
    }

    func next() async throws -> RedisSubscriptionEvent {
        try Task.checkCancellation()
        if let event = state.withLock({ $0.events.popFirst() }) { return event }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard let result = read(continuation) else { return }
                continuation.resume(with: result)
            }
        } onCancel: {
            state.withLock { $0.reader.take() }?.resume(throwing: CancellationError())
        }
    }

    /// Nil: the continuation is kept until there is something to say.
    private func read(_ continuation: Reader) -> Result<RedisSubscriptionEvent, any Error>? {
        state.withLock { state in
            if let event = state.events.popFirst() { return .success(event) }
            if let end = state.end { return .failure(end) }
            // A cancellation before this moment has found no reader to resume; one after it will.
            if Task.isCancelled { return .failure(CancellationError()) }
            guard state.reader == nil else {
                return .failure(RedisError.refused("a second reader of one subscription"))
            }
            state.reader = continuation
            return nil
        }
    }
}
