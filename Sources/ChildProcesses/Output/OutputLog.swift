import Synchronization

/// Takes a child's lines in the order they are read, shows each to `onLine`, and answers those who wait for one.
final class OutputLog: Sendable {
    private let history = Mutex(OutputHistory())
    /// Held while `onLine` runs, so that the lines of both streams reach it one after the other.
    private let turn = Mutex(())
    private let onLine: @Sendable (ChildOutput) -> Void

    init(onLine: @escaping @Sendable (ChildOutput) -> Void) {
        self.onLine = onLine
    }

    var mark: OutputMark { history.withLock(\.mark) }

    func last(_ count: Int) -> [String] { history.withLock { $0.last(count) } }

    func append(_ output: ChildOutput) {
        let served = turn.withLock { _ in
            onLine(output)
            return history.withLock { $0.append(output.line) }
        }
        for waiter in served { waiter.resume(returning: output.line) }
    }

    func end() {
        for waiter in history.withLock({ $0.end() }) { waiter.resume(returning: nil) }
    }

    /// The first kept line from `mark` on that the predicate likes, or nil when the output has ended without one.
    ///
    /// - Throws: `CancellationError`.
    func line(after mark: OutputMark, where predicate: @escaping @Sendable (String) -> Bool) async throws -> String? {
        let id = history.withLock { $0.makeID() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let search = history.withLock { history -> OutputHistory.Search? in
                    // Whoever is cancelled later is found by the handler below.
                    guard !Task.isCancelled else { return nil }
                    return history.search(after: mark, id: id, waiter: waiter, predicate: predicate)
                }
                switch search {
                case .found(let line): waiter.resume(returning: line)
                case .ended: waiter.resume(returning: nil)
                case .waits: break
                case nil: waiter.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            history.withLock { $0.remove(id) }?.resume(throwing: CancellationError())
        }
    }
}
