import Logging
import Synchronization

/// Says once that the worker is ready: its health port is open and it has joined its group.
final class Announcement: Sendable {
    private struct State {
        var port: Int?
        var hasJoined = false
        var isMade = false

        /// The port, the one time that all is there.
        mutating func take() -> Int? {
            guard !isMade, hasJoined, let port else { return nil }
            isMade = true
            return port
        }
    }

    private let state = Mutex(State())
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func listening(on port: Int) {
        make { $0.port = port }
    }

    func joined() {
        make { $0.hasJoined = true }
    }

    private func make(_ change: (inout State) -> Void) {
        let port = state.withLock { state in
            change(&state)
            return state.take()
        }
        if let port { logger.notice("worker ready", metadata: ["health_port": "\(port)"]) }
    }
}
