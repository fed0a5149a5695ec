import Foundation
import Synchronization

/// Resumes the one who starts a child, exactly once, and remembers the child to tell it of its end.
final class StartReport: Sendable {
    private enum State {
        case starting(CheckedContinuation<ChildProcess, any Error>)
        case started(ChildProcess)
        case over
    }

    private let name: String
    private let state: Mutex<State>

    init(name: String, _ continuation: CheckedContinuation<ChildProcess, any Error>) {
        self.name = name
        state = Mutex(.starting(continuation))
    }

    func succeed(_ child: ChildProcess) {
        let continuation = state.withLock { state -> CheckedContinuation<ChildProcess, any Error>? in
            guard case .starting(let continuation) = state else { return nil }
            state = .started(child)
            return continuation
        }
        continuation?.resume(returning: child)
    }

    func end(_ exit: ChildExit) {
        if case .started(let child) = take() { child.ended(exit) }
    }

    /// Never started, or no longer to be watched; in that case Subprocess has killed and reaped it.
    func fail(_ error: any Error) {
        switch take() {
        case .starting(let continuation):
            continuation.resume(
                throwing: ChildProcessError.notStarted(name: name, reason: String(describing: error))
            )
        case .started(let child):
            child.output.append(ChildOutput(stream: .standardError, line: "no longer watched: \(error)"))
            child.ended(.signaled(SIGKILL))
        case .over:
            break
        }
    }

    private func take() -> State {
        state.withLock { state in
            defer { state = .over }
            return state
        }
    }
}
