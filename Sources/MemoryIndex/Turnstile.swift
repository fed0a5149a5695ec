import Synchronization

/// Lets one through at a time, in the order in which they came.
///
/// Whoever is cancelled while it waits goes without having been let through.
final class Turnstile: Sendable {
    private struct State {
        var isTaken = false
        var last: UInt64 = 0
        var waiting: [(number: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state = Mutex(State())

    /// Runs `body` while nobody else is let through.
    func pass<Result>(
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
                    if state.isTaken {
                        state.waiting.append((number, continuation))
                        return .later
                    }
                    state.isTaken = true
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
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume()
    }
}
