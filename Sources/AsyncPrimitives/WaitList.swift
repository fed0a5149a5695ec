import DequeModule
import Synchronization

/// State under a lock and the tasks that wait for it to change, in the order in which they came.
///
/// The one place where waiting meets cancellation: a task is in line or it is not, under the lock, and leaves the line exactly
/// once, so each is resumed exactly once. A task costs one continuation while it waits and none where it need not wait.
/// Leaving the line by cancellation is linear in its length.
final class WaitList<State: Sendable>: Sendable {
    /// How a wait ended.
    enum Ending: Sendable {
        case admitted
        case refused
        case cancelled
    }

    /// What is to become of a task that comes.
    enum Entry {
        case admit
        case refuse
        case wait
    }

    private struct Waiter: Sendable {
        let id: UInt64
        let continuation: CheckedContinuation<Ending, Never>
    }

    private struct Content {
        var state: State
        var line: Deque<Waiter> = []
        var lastID: UInt64 = 0

        mutating func makeID() -> UInt64 {
            lastID += 1
            return lastID
        }

        mutating func remove(_ id: UInt64) -> Waiter? {
            line.firstIndex { $0.id == id }.map { line.remove(at: $0) }
        }
    }

    private let content: Mutex<Content>

    init(_ state: State) { content = Mutex(Content(state: state)) }

    /// How many wait.
    var count: Int { content.withLock(\.line.count) }

    /// Returns at once where `enter` admits or refuses the task, else when another task admits it or it is cancelled.
    ///
    /// - Parameters:
    ///   - isCancellable: false: cancellation is not looked at.
    ///   - enter: decides under the lock, and notes in the state what it has decided; told how many wait. Asked again where the
    ///     task comes to stand in line, for the state may have changed meanwhile.
    func wait(
        isCancellable: Bool = true,
        isolation: isolated (any Actor)? = #isolation,
        _ enter: @Sendable (inout State, Int) -> Entry
    ) async -> Ending {
        let entered = content.withLock { content -> (ending: Ending?, id: UInt64) in
            if isCancellable, Task.isCancelled { return (.cancelled, 0) }
            let ending = enter(&content.state, content.line.count).ending
            return (ending, ending == nil ? content.makeID() : 0)
        }
        if let ending = entered.ending { return ending }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ending = content.withLock { content -> Ending? in
                    // Asked under the lock: a cancellation before this is seen here, one after it finds the waiter.
                    if isCancellable, Task.isCancelled { return .cancelled }
                    if let ending = enter(&content.state, content.line.count).ending { return ending }
                    content.line.append(Waiter(id: entered.id, continuation: continuation))
                    return nil
                }
                if let ending { continuation.resume(returning: ending) }
            }
        } onCancel: {
            guard isCancellable else { return }
            content.withLock { $0.remove(entered.id) }?.continuation.resume(returning: .cancelled)
        }
    }

    /// Changes the state, and admits the first in line where `change` returns true.
    func admitFirst(_ change: @Sendable (inout State, _ isWaitedFor: Bool) -> Bool) {
        let first = content.withLock { content in
            change(&content.state, !content.line.isEmpty) ? content.line.popFirst() : nil
        }
        first?.continuation.resume(returning: .admitted)
    }

    /// Changes the state and admits all who wait.
    func admitAll<Value: Sendable>(_ change: @Sendable (inout State) -> Value) -> Value {
        let (value, line) = content.withLock { content in
            let value = change(&content.state)
            defer { content.line = [] }
            return (value, content.line)
        }
        for waiter in line { waiter.continuation.resume(returning: .admitted) }
        return value
    }
}

extension WaitList.Entry {
    fileprivate var ending: WaitList.Ending? {
        switch self {
        case .admit: .admitted
        case .refuse: .refused
        case .wait: nil
        }
    }
}
