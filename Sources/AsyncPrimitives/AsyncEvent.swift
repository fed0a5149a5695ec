import Synchronization

/// Something that happens once: tasks wait for it, and any thread can ask whether it has happened.
///
/// - Fairness: all who wait go on together.
/// - Cancellation: a cancelled task waits no longer and throws, except in ``waitIgnoringCancellation()``. For a task that comes
///   when the event is set, cancelled or not, there is nothing to wait for.
/// - Cost: ``isSet`` is one atomic load, with no lock; so is a wait for what has happened.
package final class AsyncEvent: Sendable {
    private let hasHappened = Atomic<Bool>(false)
    private let waiting = WaitList<Bool>(false)

    package init() {}

    /// Whatever was written before ``set()`` is seen by who reads true here.
    package var isSet: Bool { hasHappened.load(ordering: .acquiring) }

    /// Sets the event and lets all who wait go on.
    ///
    /// - Returns: whether it was not set before.
    @discardableResult
    package func set() -> Bool {
        waiting.admitAll { isSet in
            defer { isSet = true }
            hasHappened.store(true, ordering: .releasing)
            return !isSet
        }
    }

    /// Returns when the event is set.
    ///
    /// - Throws: `CancellationError` where the task is cancelled first.
    package func wait(isolation: isolated (any Actor)? = #isolation) async throws(CancellationError) {
        guard await isSet(orCancelled: true) else { throw CancellationError() }
    }

    /// Returns when the event is set.
    ///
    /// - Throws: ``DeadlineExceeded`` after `limit`; `CancellationError` where the task is cancelled first.
    package func wait(upTo limit: Duration) async throws {
        if isSet { return }
        try await withDeadline(limit) { try await self.wait() }
    }

    /// Returns when the event is set, also in a cancelled task: for what is known to come soon, such as the end of a thread.
    package func waitIgnoringCancellation(isolation: isolated (any Actor)? = #isolation) async {
        _ = await isSet(orCancelled: false)
    }

    private func isSet(
        orCancelled isCancellable: Bool,
        isolation: isolated (any Actor)? = #isolation
    ) async -> Bool {
        if isSet { return true }
        return await waiting.wait(isCancellable: isCancellable) { isSet, _ in isSet ? .admit : .wait } == .admitted
    }
}
