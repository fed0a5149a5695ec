import ChildProcesses
import EndToEndKit
import NovaContract
import NovaTestKit
import Testing

/// What the tool does where what it prints does not arrive.
@Suite(.timeLimit(.minutes(4))) struct ToolOutputTests {
    /// Runs a line of the shell in which `nova` is the tool.
    private func shell<R>(
        _ line: String,
        _ environment: [String: String],
        _ body: (ChildProcess) async throws -> R
    ) async throws -> R {
        let command = ChildCommand(
            executable: "/bin/bash",
            arguments: ["-c", line.replacing("nova ", with: "'\(try Binaries.path("nova"))' ")],
            environment: environment
        )
        return try await ChildProcess.run(command, name: "shell", body)
    }

    @Test(arguments: ["keys create k --json", "keys create k", "keys rotate old --json"])
    func aSecretThatCannotBeWrittenIsRevoked(arguments: String) async throws {
        try await withRedis { redis in
            let environment = ["NOVA_REDIS_HOST": "127.0.0.1", "NOVA_REDIS_PORT": "\(redis.port)"]
            try await shell("nova keys create old > /dev/null", environment) { process in
                let exit = try await process.exit()
                #expect(exit == .exited(0))
            }
            try await shell("nova \(arguments) > /dev/full", environment) { process in
                let exit = try await process.exit()
                let said = process.lastLines().joined(separator: "\n")
                #expect(exit == .exited(1), "\(said)")
                #expect(said.contains("the secret could not be written (No space left on device)"), "\(said)")
                #expect(said.contains("was revoked again"), "\(said)")
            }
            try await shell("nova keys list --json", environment) { process in
                let exit = try await process.exit()
                #expect(exit == .exited(0))
                let line = try #require(process.lastLines().first)
                let names = try JSONValue(parsing: line)["keys"]?.arrayValue?.map { $0["name"]?.stringValue }
                #expect(names == ["old"])
            }
        }
    }

    @Test(arguments: ["nova keys list --json > /dev/full", "nova --help > /dev/full"])
    func whatCannotBeWrittenIsAFailure(line: String) async throws {
        try await withRedis { redis in
            let environment = ["NOVA_REDIS_HOST": "127.0.0.1", "NOVA_REDIS_PORT": "\(redis.port)"]
            try await shell(line, environment) { process in
                let exit = try await process.exit()
                #expect(exit == .exited(1))
                #expect(process.lastLines().contains { $0.contains("No space left on device") })
            }
        }
    }

    @Test func tailEndsWhenNobodyReadsAnyMore() async throws {
        try await NovaCluster.run { cluster in
            let api = API(gateway: cluster.gateways[0])
            let environment = ["NOVA_URL": cluster.gateways[0].url, "NOVA_API_KEY": "test-key"]
            // Its first event is of before it began, so that nothing has to happen while it runs.
            let begin = try await EventStream.open(cluster.gateways[0]) { try await $0.subscribe(["jobs"])["last_id"] }
            _ = try await api.optimize("f")
            let after = try #require(begin?.stringValue)
            let line = "set -o pipefail; nova tail --json --after \(after) | head -1"
            try await shell(line, environment) { process in
                let exit = try await process.exit()
                #expect(exit == .exited(0))
                #expect(process.lastLines().count == 1)
            }
        }
    }
}
