package import Logging
package import NovaService
package import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// One run of a process's services: until SIGTERM or SIGINT, and then until they have stopped.
///
/// The first signal makes the process not ready and stops the services from the last to the first. A second signal, or
/// the deadline, ends the process at once, whatever is in flight: what it held is found again as after a crash.
package struct ProcessRun: Sendable {
    /// How a process ends that was not done by its deadline.
    package static let deadlineExitCode: Int32 = 1

    private let services: [any Service]
    private let readiness: Readiness
    private let stopDeadline: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - services: in the order of starting.
    ///   - stopDeadline: from the first signal to the end.
    package init(services: [any Service], readiness: Readiness, stopDeadline: Duration, logger: Logger) {
        self.services = services
        self.readiness = readiness
        self.stopDeadline = stopDeadline
        self.logger = logger
    }

    /// Returns when the services have stopped in time.
    ///
    /// - Throws: what a service threw; all others are cancelled then, and have 5 s to end: past them the process ends at
    ///   once, with exit code 1.
    package func run() async throws {
        // Not the group's own: it hears one signal only.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let (failures, failed) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1))
        // The group would end what does not heed its cancellation by a trap, which tells nobody why.
        let configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: WatchedService(service: $0, failed: failed)) },
            logger: logger
        )
        let group = ServiceGroup(configuration: configuration)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await stop(group, at: signals) }
            tasks.addTask { await endAfterFailure(failures) }
            try await group.run()
            tasks.cancelAll()
        }
    }

    /// Until cancelled.
    private func stop(_ group: ServiceGroup, at signals: UnixSignalsSequence) async {
        await withDiscardingTaskGroup { tasks in
            var isStopping = false
            for await signal in signals {
                if isStopping { end("a second signal came", signal, code: 128 + signal.rawValue) }
                isStopping = true
                // First of all, so that no new work is sent while what is in flight is finished.
                readiness.stopping()
                logger.notice("stopping", metadata: ["signal": "\(signal)"])
                await group.triggerGracefulShutdown()
                tasks.addTask { await endAtDeadline(signal) }
            }
            tasks.cancelAll()
        }
    }

    /// Ends the process where a service has failed and the others do not end.
    private func endAfterFailure(_ failures: AsyncStream<String>) async {
        for await failure in failures {
            // Cancelled when all have ended in time.
            do { try await Task.sleep(for: Self.cancellationTime) } catch { return }
            logger.critical(
                "ends at once, with work in flight",
                metadata: ["reason": "\(failure)", "exit_code": "\(Self.deadlineExitCode)"]
            )
            _exit(Self.deadlineExitCode)
        }
    }

    /// What the other services have where one has failed.
    private static let cancellationTime = Duration.seconds(5)

    private func endAtDeadline(_ signal: UnixSignal) async {
        // Cancelled when all has stopped in time.
        do { try await Task.sleep(for: stopDeadline) } catch { return }
        end("not stopped within \(stopDeadline)", signal, code: Self.deadlineExitCode)
    }

    private func end(_ reason: String, _ signal: UnixSignal, code: Int32) -> Never {
        logger.critical(
            "ends at once, with work in flight",
            metadata: ["reason": "\(reason)", "signal": "\(signal)", "exit_code": "\(code)"]
        )
        _exit(code)
    }
}

/// A service of which it is told when it fails, or ends before it is asked to.
private struct WatchedService: Service {
    let service: any Service
    let failed: AsyncStream<String>.Continuation

    func run() async throws {
        do {
            try await service.run()
        } catch {
            failed.yield("\(error)")
            throw error
        }
        if !Task.isShuttingDownGracefully, !Task.isCancelled { failed.yield("\(type(of: service)) has ended") }
    }
}
