import Synchronization

/// Raised once, when all is to stop; who waits for it is woken, who comes later does not wait.
final class StopSignal: Sendable {
    private struct State {
        var isRaised = false
        var nextID = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    var isRaised: Bool { state.withLock { $0.isRaised } }

    func raise() {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            state.isRaised = true
            return Array(state.waiting.values)
        }
        for waiter in waiting { waiter.resume() }
    }

    /// Returns when it is raised, or when the task is cancelled.
    func wait() async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = state.withLock { state in
                    // One who is cancelled later is found by the handler below.
                    guard !state.isRaised, !Task.isCancelled else { return true }
                    state.waiting[id] = waiter
                    return false
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}
