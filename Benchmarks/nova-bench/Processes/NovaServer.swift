import ChildProcesses
import Foundation
import NovaClient

/// A gateway or a worker as it is in production, on backing of its own.
///
/// It logs to a file: reading its lines through a pipe would cost us what is to be measured.
struct NovaServer {
    enum Role: String {
        case gateway
        /// Of the optimization pool.
        case worker
        /// A worker of the coordination pool.
        case coordinator
        /// A worker of the allocation pool.
        case allocator
        /// Of the memory pool.
        case rememberer
    }

    /// Begins the names of topics and keys; one backing serves one Nova only.
    static let prefix = "bench"
    static let apiKey = "bench-key-0123456789"
    static let pool = "\(prefix).optimization.commands"

    /// A client of the gateway at this port; it sends nothing again, which would be measured with the rest.
    static func client(port: Int) throws -> NovaClient {
        var options = NovaClient.Options()
        options.retry = .never
        return try NovaClient(url: "http://127.0.0.1:\(port)", apiKey: apiKey, options: options)
    }

    /// The embedded broker makes none when it is asked to; a gateway is ready when all are there.
    static func makeTopics(_ broker: BrokerProcess) async throws {
        for pool in ["optimization", "coordination", "allocation", "memory"] {
            try await broker.createTopic("\(prefix).\(pool).commands", partitions: 8)
            try await broker.createTopic("\(prefix).\(pool).dead-letters", partitions: 1)
        }
    }

    let programs: Programs
    let backing: Backing
    let environment: [String: String]

    /// The same with further settings.
    func with(_ more: [String: String]) -> NovaServer {
        NovaServer(programs: programs, backing: backing, environment: environment.merging(more) { $1 })
    }

    /// Runs `body` with the process's port once it is ready.
    func run<R>(
        _ role: Role,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (Int) async throws -> R
    ) async throws -> R {
        try await runProcess(role) { try await body($1) }
    }

    /// The same with the process, which the body may end.
    func runProcess<R>(
        _ role: Role,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ChildProcess, Int) async throws -> R
    ) async throws -> R {
        try await TemporaryDirectory.run(prefix: "nova-bench") { directory in
            let port = try FreePort.find()
            let log = "\(directory)/log"
            let command = ChildCommand(
                executable: "sh",
                arguments: ["-c", #"exec "$0" 2>"$1""#, executable(role), log],
                environment: try settings(role, port: port, directory: directory)
            )
            return try await ChildProcess.run(command, name: role.rawValue) { process in
                do {
                    try await Self.ready(process, port: port)
                    return try await body(process, port)
                } catch {
                    throw BenchError("\(role): \(error)\n\(Self.tail(log))")
                }
            }
        }
    }

    private func executable(_ role: Role) -> String {
        switch role {
        case .gateway: programs.gateway
        case .worker: programs.worker
        case .coordinator: programs.coordinator
        case .allocator: programs.allocator
        case .rememberer: programs.rememberer
        }
    }

    private func settings(_ role: Role, port: Int, directory: String) throws -> [String: String] {
        var settings = [
            "NOVA_REDIS_HOST": "127.0.0.1", "NOVA_REDIS_PORT": String(backing.redis.port),
            "NOVA_KAFKA_BROKERS": backing.broker.bootstrapServers, "NOVA_PREFIX": Self.prefix,
            "NOVA_LOG_FORMAT": "json",
        ]
        switch role {
        case .gateway:
            let keys = "\(directory)/keys.yaml"
            try Data(Self.keys.utf8).write(to: URL(filePath: keys))
            settings["NOVA_HTTP_HOST"] = "127.0.0.1"
            settings["NOVA_HTTP_PORT"] = String(port)
            settings["NOVA_KEYS_FILE"] = keys
        case .worker, .coordinator, .allocator, .rememberer:
            settings["NOVA_LLM_BASE_URL"] = "off"
            settings["NOVA_HEALTH_PORT"] = String(port)
            // The embedded broker answers a fetch that finds nothing only after this time, whatever comes meanwhile.
            settings["NOVA_KAFKA_PROPERTIES"] = "fetch.wait.max.ms=1"
        }
        return settings.merging(environment) { $1 }
    }

    /// One key that is never at its limit.
    private static let keys = """
        keys:
          bench:
            key: \(apiKey)
            permissions: [read, write]
            default_domain: professional
            limit: 1000000000
            window: 60

        """

    private static func ready(_ process: ChildProcess, port: Int) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if await isReady(port) { return }
            guard FileManager.default.fileExists(atPath: "/proc/\(process.pid)") else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw BenchError("not ready")
    }

    private static func isReady(_ port: Int) async -> Bool {
        do {
            let ready = NovaClient.RequestOptions(timeout: .seconds(1))
            return try await client(port: port).exchange(.get, "/health/ready", options: ready).status == 200
        } catch {
            // It does not listen yet.
            return false
        }
    }

    private static func tail(_ log: String) -> String {
        do {
            return try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").suffix(5).joined(
                separator: "\n"
            )
        } catch {
            return "no log: \(error)"
        }
    }
}
