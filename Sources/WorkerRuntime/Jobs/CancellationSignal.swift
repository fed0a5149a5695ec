import Synchronization

/// Tells a running job to stop, and why.
///
/// Can be asked from any thread without waiting.
package final class CancellationSignal: Sendable {
    package enum Reason: Sendable, Equatable {
        /// A client asked for it: the job ends as cancelled.
        case requested
        /// Another worker has it: the partition was taken, or it waited without a slot when this process began to stop.
        case handedOver
        /// This process stops and waits no longer: what there is of a result is told now, or another worker will do it.
        case stopping
        /// The job's deadline is over: it ends as failed.
        case deadline
        /// A suspect is to be tried alone: this worker begins the command again afterwards.
        case madeWay

        /// Whether the command goes on, here or elsewhere, though this attempt is over.
        package var goesOn: Bool { self == .handedOver || self == .madeWay || self == .stopping }
    }

    private struct State {
        var reason: Reason?
        var waiter: AsyncStream<Reason>.Continuation?
    }

    private let state = Mutex(State())

    init() {}

    package var reason: Reason? { state.withLock(\.reason) }
    package var isRaised: Bool { reason != nil }
    /// Whether somebody else is to end the job.
    var isLeft: Bool { reason == .handedOver || reason == .stopping }

    /// The first reason stays, except that what is handed over, or left by a process that stops, is somebody else's to end,
    /// whatever was said before.
    func raise(_ reason: Reason) {
        let waiter = state.withLock { state -> AsyncStream<Reason>.Continuation? in
            guard state.reason == nil || reason == .handedOver || reason == .stopping && state.reason != .handedOver
            else { return nil }
            state.reason = reason
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.yield(reason)
        waiter?.finish()
    }

    /// Returns when the signal is raised; nil where the waiting task is cancelled first.
    ///
    /// One waiter at a time.
    func wait() async -> Reason? {
        let (stream, continuation) = AsyncStream.makeStream(of: Reason.self, bufferingPolicy: .bufferingNewest(1))
        let raised = state.withLock { state -> Reason? in
            if state.reason == nil { state.waiter = continuation }
            return state.reason
        }
        if let raised { return raised }
        return await stream.first { _ in true }
    }
}
