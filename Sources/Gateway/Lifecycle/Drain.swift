import NovaService
import ServiceLifecycle
import WorkPool

/// The first to be stopped: says that the gateway is not ready any more, and answers those who wait, for results or for tasks.
package struct Drain: Service {
    let readiness: Readiness
    let replies: ReplyHub
    let claims: ClaimHub
    let delay: Duration

    package func run() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            // Cancelled instead: nobody waits for load balancers then.
            readiness.stopping()
            stopWaiting()
            return
        }
        readiness.stopping()
        // Cut short by cancellation, with the same end.
        do { try await Task.sleep(for: delay) } catch {}
        stopWaiting()
    }

    private func stopWaiting() {
        replies.stopWaiting()
        claims.close()
    }
}
