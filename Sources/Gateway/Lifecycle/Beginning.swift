import Logging
import NovaService
import ServiceLifecycle

/// Makes what the gateway needs and says when it is ready: the keys are those of the file, the port is open, and every dependency
/// has answered.
package struct Beginning: Service {
    let keyRing: KeyRing
    let readiness: Readiness
    let host: String
    let ports: AsyncStream<Int>
    let prepare: @Sendable () async throws -> Void
    let logger: Logger

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await self.begin()
                try await gracefulShutdown()
            } catch is CancellationError {
                // Stopped while it began, or when it is time.
            }
        }
    }

    private func begin() async throws {
        try await obeyKeysFile()
        try await prepare()
        readiness.set("keys", up: true)
        guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
        while !readiness.snapshot.isReady { try await Task.sleep(for: .milliseconds(10)) }
        logger.notice("gateway ready", metadata: ["host": "\(host)", "port": "\(port)"])
    }

    private func obeyKeysFile() async throws {
        while true {
            do {
                return try await keyRing.obeyFile()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.warning("the keys file is not followed yet", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
