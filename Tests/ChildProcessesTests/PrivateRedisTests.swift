import ChildProcesses
import Foundation
import Testing

@Suite("a private redis-server", .timeLimit(.minutes(2)))
struct PrivateRedisTests {
    @Test("answers, and leaves neither process nor directory")
    func lifetime() async throws {
        let redis = try await PrivateRedis.run { redis in
            let answers = [try await ask(redis, "PING"), try await ask(redis, "CONFIG", "GET", "save")]
            #expect(answers == [["PONG"], ["save", ""]])
            return redis
        }
        #expect(!exists(redis.pid))
        #expect(!FileManager.default.fileExists(atPath: redis.directory))
    }

    @Test("takes options")
    func options() async throws {
        try await PrivateRedis.run(options: ["maxmemory": "64mb", "databases": "3"]) { redis in
            let answer = try await ask(redis, "CONFIG", "GET", "databases")
            #expect(answer == ["databases", "3"])
        }
    }

    @Test("killed, it starts again on its port with what it had written")
    func restart() async throws {
        let options = ["appendonly": "yes", "appendfsync": "always"]
        try await PrivateRedis.run(options: options) { first in
            let answer = try await ask(first, "SET", "a", "1")
            #expect(answer == ["OK"])
            await first.process.kill()
            try await PrivateRedis.run(port: first.port, directory: first.directory, options: options) { second in
                #expect(second.pid != first.pid)
                let kept = try await ask(second, "GET", "a")
                #expect(kept == ["1"])
            }
        }
    }

    @Test("a port that is taken is an error when it was asked for")
    func portTaken() async throws {
        try await PrivateRedis.run { first in
            await #expect(throws: (any Error).self) {
                try await PrivateRedis.run(port: first.port) { _ in Issue.record("it started") }
            }
        }
    }

    @Test("free ports differ and can be listened on")
    func freePorts() throws {
        let ports = try (0..<50).map { _ in try FreePort.find() }
        #expect(Set(ports).count == 50)
    }

    private func ask(_ redis: PrivateRedis, _ words: String...) async throws -> [String] {
        let command = ChildCommand(executable: "redis-cli", arguments: ["-p", String(redis.port)] + words)
        return try await ChildProcess.run(command, name: "redis-cli") { child in
            let exit = try await child.exit()
            #expect(exit == .exited(0))
            return child.lastLines()
        }
    }
}
