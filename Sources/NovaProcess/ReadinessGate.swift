package import NovaService
import ServiceLifecycle

/// Makes the process not ready as the first step of its graceful stop.
///
/// In a `ServiceGroup` put it last: services are stopped from the last to the first.
package struct ReadinessGate: Service {
    private let readiness: Readiness

    package init(_ readiness: Readiness) { self.readiness = readiness }

    package func run() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            // Torn down without a graceful stop: not ready all the same.
        }
        readiness.stopping()
    }
}
