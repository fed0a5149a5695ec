import ChildProcesses
import Foundation
import NIOCore
import NIOPosix
import NovaTestKit
import Testing

/// Starts that cannot succeed: everything that is wrong is told at once, and nothing traps.
@Suite(.timeLimit(.minutes(4))) struct StartTests {
    /// Runs `body` while a port of 127.0.0.1 is taken.
    private func withTakenPort(_ body: (Int) async throws -> Void) async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(try #require(channel.localAddress?.port))
        } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
    }

    /// Two settings with one port: each alone is free.
    @Test(arguments: ["127.0.0.1", "0.0.0.0"]) func aPortThatIsNamedTwiceIsRefused(host: String) async throws {
        var free = 0
        try await withTakenPort { free = $0 }
        let (exit, said) = try await ended(
            "nova-gateway",
            ["NOVA_HTTP_PORT": "\(free)", "NOVA_HEALTH_PORT": "\(free)", "NOVA_HEALTH_HOST": host]
        )
        #expect(exit == .exited(78), "\(said)")
        #expect(said.contains("setting health.port = \"\(free)\""), "\(said)")
        #expect(said.contains("must be another port than http.port"), "\(said)")
    }

    private func ended(_ program: String, _ environment: [String: String]) async throws -> (ChildExit, String) {
        let nowhere = ["NOVA_KAFKA_BROKERS": "127.0.0.1:1", "NOVA_REDIS_HOST": "127.0.0.1", "NOVA_REDIS_PORT": "1"]
        let command = ChildCommand(
            executable: try Binaries.path(program),
            environment: nowhere.merging(environment) { $1 }
        )
        return try await ChildProcess.run(command, name: program) { process in
            let exit = try await process.exit()
            return (exit, process.lastLines(50).joined(separator: "\n"))
        }
    }

    @Test(arguments: [
        "nova-gateway", "nova-optimization-worker", "nova-coordination-worker", "nova-allocation-worker",
        "nova-memory-worker",
    ])
    func aPortThatIsTakenAndWhatDoesNotAnswerAreNamed(program: String) async throws {
        try await withTakenPort { port in
            let setting = program == "nova-gateway" ? "NOVA_HTTP_PORT" : "NOVA_HEALTH_PORT"
            let begin = ContinuousClock.now
            let (exit, said) = try await ended(program, [setting: "\(port)"])
            #expect(exit == .exited(1), "\(said)")
            #expect(said.contains("port \(port) of 127.0.0.1 is taken"), "\(said)")
            #expect(said.contains("kafka.brokers: nobody answers at 127.0.0.1:1"), "\(said)")
            #expect(said.contains("redis: nobody answers at 127.0.0.1:1"), "\(said)")
            // A trap would have waited for 5 s and more.
            #expect(.now - begin < .seconds(30))
        }
    }

    @Test(arguments: [
        "nova-gateway", "nova-optimization-worker", "nova-coordination-worker", "nova-allocation-worker",
        "nova-memory-worker",
    ])
    func allWrongSettingsAreNamedWithThePortThatIsTaken(program: String) async throws {
        try await withTakenPort { port in
            let isGateway = program == "nova-gateway"
            let wrong = [
                "NOVA_REDIS_DATABASE": "-1", "NOVA_RETENTION_JOBS": "a while", "NOVA_LOG_LEVEL": "loud",
                "NOVA_EMBEDDINGS_BASE_URL": "nonsense", "NOVA_LLM_BASE_URL": "nonsense", "NOVA_HTTP_IDLE_TIMEOUT": "0",
                "NOVA_HTTP_TRUSTED_PROXIES": "somebody", "NOVA_WORKER_CONCURRENCY": "0", "NOVA_TASKS_TICK": "0s",
                isGateway ? "NOVA_HTTP_PORT" : "NOVA_HEALTH_PORT": "\(port)",
            ]
            let (exit, said) = try await ended(program, wrong)
            #expect(exit == .exited(78), "\(said)")
            var expected = ["redis.database", "retention.jobs", "log.level", "port \(port) of 127.0.0.1 is taken"]
            if isGateway {
                expected += ["http.idle_timeout", "http.trusted_proxies"]
            } else {
                expected.append("worker.concurrency")
            }
            if program == "nova-coordination-worker" { expected += ["llm.base_url", "tasks.tick"] }
            if program == "nova-memory-worker" { expected += ["llm.base_url", "embeddings.base_url"] }
            for text in expected { #expect(said.contains(text), "\(text) is not in: \(said)") }
        }
    }

    @Test(arguments: ["nova-gateway", "nova-allocation-worker"])
    func aMisspelledVariableIsWarnedAbout(program: String) async throws {
        let command = ChildCommand(
            executable: try Binaries.path(program),
            environment: [
                "NOVA_HTTP_PROT": "1", "NOVA_HTTP_PORT": "0", "NOVA_HEALTH_PORT": "0", "NOVA_REDIS_PORT": "1",
                "NOVA_KAFKA_BROKERS": "127.0.0.1:1", "NOVA_MEMORY_TICK": "1s", "NOVA_LLM_BASE_URL": "off",
            ]
        )
        try await ChildProcess.run(command, name: program) { process in
            let line = try await process.line(within: .seconds(60)) { $0.contains("NOVA_HTTP_PROT") }
            #expect(line.contains("did you mean NOVA_HTTP_PORT?"))
            // A setting of another process is no mistake.
            #expect(!process.lastLines(50).contains { $0.contains("NOVA_MEMORY_TICK") })
        }
    }
}
