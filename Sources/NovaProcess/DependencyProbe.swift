package import Logging
package import NovaService
import ServiceLifecycle

/// Asks one dependency again and again whether it is there, and reports it to `Readiness`.
package struct DependencyProbe: Service {
    private let name: String
    private let readiness: Readiness
    private let interval: Duration
    private let logger: Logger
    private let ask: @Sendable () async throws -> Void

    /// - Parameter ask: throws when the dependency is not there; must be bounded in time.
    package init(
        _ name: String,
        readiness: Readiness,
        interval: Duration = .seconds(1),
        logger: Logger,
        ask: @escaping @Sendable () async throws -> Void
    ) {
        self.name = name
        self.readiness = readiness
        self.interval = interval
        self.logger = logger
        self.ask = ask
    }

    /// Characters of a reason that are shown.
    private static let longestReason = 500

    /// Asks until the graceful shutdown.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var wasUp: Bool?
            while !Task.isCancelled {
                var fault: (any Error)?
                do { try await self.ask() } catch { fault = error }
                if Task.isCancelled { return }
                self.report(fault, wasUp)
                wasUp = fault == nil
                do { try await Task.sleep(for: self.interval) } catch { return }
            }
        }
    }

    /// The reason is shown to operators only: who else may ask for readiness need not know where the dependencies are.
    private func report(_ fault: (any Error)?, _ wasUp: Bool?) {
        readiness.set(name, up: fault == nil, detail: fault.map { String("\($0)".prefix(Self.longestReason)) })
        guard wasUp != (fault == nil) else { return }
        if let fault {
            logger.error("a dependency is down", metadata: ["dependency": "\(name)", "error": "\(fault)"])
        } else {
            logger.info("a dependency is up", metadata: ["dependency": "\(name)"])
        }
    }
}
