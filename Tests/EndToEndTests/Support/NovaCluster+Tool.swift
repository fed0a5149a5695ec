import ChildProcesses
import NovaTestKit

extension NovaCluster {
    /// Runs `nova` against this cluster and returns what it printed; throws where it fails.
    func nova(_ arguments: String...) async throws -> String {
        let command = ChildCommand(
            executable: try Binaries.path("nova"),
            arguments: arguments,
            environment: [
                "NOVA_REDIS_HOST": "127.0.0.1", "NOVA_REDIS_PORT": String(redis.port), "NOVA_PREFIX": prefix,
                "NOVA_KAFKA_BROKERS": broker.bootstrapServers, "NOVA_LOG_LEVEL": "error",
            ]
        )
        return try await ChildProcess.run(command, name: "nova") { process in
            let exit = try await process.exit()
            let lines = process.lastLines(1_000)
            guard exit.isSuccess else { throw ToolFailed(exit: "\(exit)", lines: lines) }
            return lines.joined(separator: "\n")
        }
    }

    struct ToolFailed: Error {
        let exit: String
        let lines: [String]
    }
}
