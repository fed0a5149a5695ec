import Synchronization

/// The messages between the network and the one who reads them: bounded, so that a slow reader holds up the network.
///
/// It is full at `limit` messages or `byteLimit` bytes. What one read from the socket brings beyond that is still taken.
final class Inbox: Sendable {
    private let readOn: @Sendable () -> Void
    private let state: Mutex<InboxState>

    /// - Parameter readOn: Called, from any thread, when a refused ``mayRead()`` would no longer be refused.
    init(limit: Int, byteLimit: Int, readOn: @escaping @Sendable () -> Void) {
        state = Mutex(InboxState(limit: max(1, limit), byteLimit: byteLimit))
        self.readOn = readOn
    }

    /// Whether there is room for more.
    ///
    /// If not, `readOn` is called when half of it has been read.
    func mayRead() -> Bool {
        state.withLock { $0.mayRead() }
    }

    func deliver(_ message: WebSocketMessage) {
        state.withLock { $0.deliver(message) }?.resume(returning: message)
    }

    /// No more will come; what is here already can still be read.
    func finish(_ end: Result<Void, any Error> = .success(())) {
        state.withLock { $0.finish(end) }?.resume(with: end.map { nil })
    }

    /// Nobody will read any more: what comes is dropped, so that the server is not held up and its close is seen.
    func discard() {
        finish()
        state.withLock { $0.discard() }
        readOn()
    }

    /// The next message; nil after the last.
    func next() async throws -> WebSocketMessage? {
        let id = state.withLock { $0.makeID() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                guard case .ready(let result, let readsOn) = state.withLock({ $0.take(waiter, id: id) }) else { return }
                if readsOn { readOn() }
                waiter.resume(with: result)
            }
        } onCancel: {
            state.withLock { $0.remove(id) }?.resume(throwing: CancellationError())
        }
    }
}
