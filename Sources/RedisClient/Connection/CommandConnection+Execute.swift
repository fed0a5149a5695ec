import NIOCore
import Synchronization

extension CommandConnection {
    /// Sends the request and waits for what becomes of it.
    ///
    /// Without a connection it waits for one, until the deadline or until it is known that there will be none soon.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled, `RedisError` where nothing was sent.
    func execute(_ request: Request, deadline: NIODeadline) async throws -> CommandOutcome {
        while true {
            if let outcome = try await submit(request, deadline) { return outcome }
            start()
            try await connected(deadline)
        }
    }

    // MARK: Into the pipeline

    private func submit(_ request: Request, _ deadline: NIODeadline) async throws -> CommandOutcome? {
        let ticket = CancellationTicket()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                switch enqueue(request, deadline, ticket, continuation) {
                case .queued(let needsFlush):
                    if needsFlush { requestFlush() }
                case .cancelled(let needsFlush):
                    if needsFlush { requestFlush() }
                    continuation.resume(throwing: CancellationError())
                case .notConnected: continuation.resume(returning: nil)
                case .refused(let error): continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            guard let id = ticket.cancel() else { return }
            let continuation = state.withLock { $0.pipeline.cancel(id) }
            continuation?.resume(throwing: CancellationError())
        }
    }

    private enum Placement {
        case queued(needsFlush: Bool)
        /// Cancelled before, or this very moment, when its bytes may be in line already.
        case cancelled(needsFlush: Bool)
        case notConnected
        case refused(RedisError)
    }

    private func requestFlush() {
        link.eventLoop.execute { self.flush() }
    }

    private func enqueue(
        _ request: Request,
        _ deadline: NIODeadline,
        _ ticket: borrowing CancellationTicket,
        _ continuation: CommandContinuation
    ) -> Placement {
        state.withLock { state in
            switch state.availability {
            case .up: break
            case .awaited: return .notConnected
            case .unavailable(let reason): return .refused(.notConnected(reason))
            case .closed: return .refused(.closed)
            }
            guard !ticket.isCancelled else { return .cancelled(needsFlush: false) }
            guard let id = state.pipeline.submit(request, waiter: continuation, deadline: deadline) else {
                return .refused(.backlogFull)
            }
            let needsFlush = state.requestFlush(deadline)
            guard ticket.grant(id) else {
                // The continuation goes back to the caller, who resumes it.
                _ = state.pipeline.cancel(id)
                return .cancelled(needsFlush: needsFlush)
            }
            return .queued(needsFlush: needsFlush)
        }
    }

    // MARK: Waiting for a connection

    private func connected(_ deadline: NIODeadline) async throws {
        let ticket = CancellationTicket()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                switch awaitConnection(deadline, ticket, continuation) {
                case .queued(let needsFlush): if needsFlush { requestFlush() }
                case .cancelled: continuation.resume(throwing: CancellationError())
                case .notConnected: continuation.resume()
                case .refused(let error): continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            guard let id = ticket.cancel() else { return }
            let continuation = state.withLock { $0.waiters.leave(id) }
            continuation?.resume(throwing: CancellationError())
        }
    }

    /// `.notConnected` here: there is no need to wait any more.
    private func awaitConnection(
        _ deadline: NIODeadline,
        _ ticket: borrowing CancellationTicket,
        _ continuation: ConnectionContinuation
    ) -> Placement {
        state.withLock { state in
            guard case .awaited = state.availability else { return .notConnected }
            guard !ticket.isCancelled else { return .cancelled(needsFlush: false) }
            guard let id = state.waiters.enter(continuation, deadline: deadline) else {
                return .refused(.backlogFull)
            }
            guard ticket.grant(id) else {
                _ = state.waiters.leave(id)
                return .cancelled(needsFlush: false)
            }
            return .queued(needsFlush: state.requestFlush(deadline))
        }
    }
}

extension CommandConnection.State {
    /// Notes the deadline of what was just taken.
    ///
    /// Whether nobody has asked for a flush yet.
    fileprivate mutating func requestFlush(_ deadline: NIODeadline) -> Bool {
        earliestDeadline = min(earliestDeadline, deadline)
        defer { isFlushRequested = true }
        return !isFlushRequested
    }
}
