import AsyncPrimitives
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

    private let current = Mutex<Reason?>(nil)
    /// Set after the reason.
    private let raised = AsyncEvent()

    init() {}

    package var reason: Reason? { current.withLock(\.self) }
    package var isRaised: Bool { reason != nil }
    /// Whether somebody else is to end the job.
    var isLeft: Bool { reason == .handedOver || reason == .stopping }

    /// The first reason stays, except that what is handed over, or left by a process that stops, is somebody else's to end,
    /// whatever was said before.
    func raise(_ reason: Reason) {
        current.withLock { current in
            guard current == nil || reason == .handedOver || reason == .stopping && current != .handedOver else {
                return
            }
            current = reason
        }
        raised.set()
    }

    /// Returns when the signal is raised; nil where the waiting task is cancelled first.
    func wait() async -> Reason? {
        do { try await raised.wait() } catch { return nil }
        return reason
    }
}
