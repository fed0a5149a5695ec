import Synchronization

/// Lets a few through at a time, in the order in which they came.
///
/// Whoever is cancelled while it waits goes without having been let through. Whoever is inside must not ask to be let through
/// again: with all places taken by such it would wait for itself.
package final class Turnstile: Sendable {
    private struct State {
        var free: Int
        var last: UInt64 = 0
        var waiting: [(number: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Mutex<State>

    /// - Parameter places: how many may be inside at once, at least 1.
    package init(places: Int = 1) {
        precondition(places >= 1, "nobody would ever come through")
        state = Mutex(State(free: places))
    }

    /// Runs `body` in one of the places, once there is one.
    package func pass<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                enum Begin { case now, later, cancelled }
                let begin = state.withLock { state -> Begin in
                    // Cancelled before it was in line: the handler below has found nobody.
                    if Task.isCancelled { return .cancelled }
                    guard state.free > 0 else {
                        state.waiting.append((number, continuation))
                        return .later
                    }
                    state.free -= 1
                    return .now
                }
                switch begin {
                case .now: continuation.resume()
                case .later: break
                case .cancelled: continuation.resume(throwing: CancellationError())
                }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0).continuation }
            }
            waiting?.resume(throwing: CancellationError())
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume()
    }
}
