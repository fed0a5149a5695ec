/// Wakes a task that works whenever there is something to do: signals that come while it works are one.
///
/// As a sequence it yields after every signal, once for many, and ends when the reading task is cancelled. It is made for one
/// task at a time; where several wait, a signal wakes the one that has waited longest.
///
/// - Cancellation: the cancelled task wakes with nothing; a signal that it did not get stays for the next.
/// - Cost: a signal is one lock and never waits; the memory is that of one flag, however many come.
package final class AsyncSignal: AsyncSequence, Sendable {
    /// Whether a signal came that nobody has had yet.
    private let pending = WaitList<Bool>(false)

    package init() {}

    /// Wakes the task that waits, or the next one that would.
    package func signal() {
        pending.admitFirst { isPending, isWaitedFor in
            if !isWaitedFor { isPending = true }
            return isWaitedFor
        }
    }

    /// Returns when a signal has come since the last wait.
    ///
    /// - Returns: false where the task is cancelled first.
    @discardableResult
    package func wait(isolation: isolated (any Actor)? = #isolation) async -> Bool {
        let ending = await pending.wait { isPending, _ in
            defer { isPending = false }
            return isPending ? .admit : .wait
        }
        return ending == .admitted
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let signal: AsyncSignal

        package func next(isolation actor: isolated (any Actor)?) async -> Void? {
            await signal.wait(isolation: actor) ? () : nil
        }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(signal: self) }
}
