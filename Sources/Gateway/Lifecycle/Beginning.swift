import AsyncPrimitives
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
        try await retrying(.keysFile) {
            try await keyRing.obeyFile()
        } onFailure: { failed in
            logger.warning("the keys file is not followed yet", metadata: ["error": "\(failed.error)"])
            return failed.delay
        }
    }
}

extension ExponentialBackoff {
    /// Before the keys of the file are brought to Redis again, at the start: always 500 ms.
    fileprivate static let keysFile = ExponentialBackoff.constant(.milliseconds(500))
}
