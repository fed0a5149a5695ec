import NovaService
import ServiceLifecycle

/// The first to be stopped: says that the gateway is not ready any more, and answers those who wait for results.
package struct Drain: Service {
    let readiness: Readiness
    let replies: ReplyHub
    let delay: Duration

    package func run() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            // Cancelled instead: nobody waits for load balancers then.
            readiness.stopping()
            replies.stopWaiting()
            return
        }
        readiness.stopping()
        // Cut short by cancellation, with the same end.
        do { try await Task.sleep(for: delay) } catch {}
        replies.stopWaiting()
    }
}
