import ChildProcesses

/// A Redis and a broker of one's own.
struct Backing: Sendable {
    let redis: PrivateRedis
    let broker: BrokerProcess

    static func run<R>(
        _ programs: Programs,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Backing) async throws -> R
    ) async throws -> R {
        try await PrivateRedis.run { redis in
            try await BrokerProcess.run(programs) { broker in
                try await body(Backing(redis: redis, broker: broker))
            }
        }
    }
}

/// The embedded cluster of three brokers in a process of its own.
struct BrokerProcess: Sendable {
    let bootstrapServers: String
    private let process: ChildProcess

    static func run<R>(
        _ programs: Programs,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (BrokerProcess) async throws -> R
    ) async throws -> R {
        try await ChildProcess.run(ChildCommand(executable: programs.broker), name: "nova-test-broker") { process in
            let ready = try await process.line(within: .seconds(30)) { $0.hasPrefix("ready ") }
            return try await body(
                BrokerProcess(bootstrapServers: String(ready.dropFirst("ready ".count)), process: process)
            )
        }
    }

    func createTopic(_ name: String, partitions: Int) async throws {
        let mark = process.mark
        try await process.send(line: "topic \(name) \(partitions)")
        let answer = try await process.line(after: mark, within: .seconds(30)) {
            $0.hasPrefix("ok") || $0.hasPrefix("error")
        }
        guard answer.hasPrefix("ok") else { throw BenchError("the broker made no topic \(name): \(answer)") }
    }
}
