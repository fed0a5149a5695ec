/// One attempt to run a `redis-server`.
struct RedisStart {
    /// Somebody listens on the port already; `body` was not run.
    struct PortTaken: Error, CustomStringConvertible {
        let port: Int
        var description: String { "redis-server: port \(port) is taken" }
    }

    let port: Int
    let directory: String
    let options: [String: String]
    let onLine: @Sendable (ChildOutput) -> Void

    func run<R>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PrivateRedis) async throws -> R
    ) async throws -> R {
        let command = ChildCommand(executable: "redis-server", arguments: arguments, workingDirectory: directory)
        return try await ChildProcess.run(command, name: "redis-server", onLine: onLine) { process in
            do {
                _ = try await process.line(within: .seconds(60)) { $0.contains("Ready to accept connections") }
            } catch ChildProcessError.ended(_, _, let lines) where lines.contains(where: Self.saysTaken) {
                throw PortTaken(port: port)
            }
            return try await body(PrivateRedis(port: port, directory: directory, process: process))
        }
    }

    private var arguments: [String] {
        let defaults = [
            "bind": "127.0.0.1", "port": String(port), "dir": directory,
            "save": "", "appendonly": "no", "daemonize": "no", "logfile": "",
        ]
        return defaults.merging(options) { $1 }.sorted { $0.key < $1.key }.flatMap { ["--\($0)", $1] }
    }

    private static func saysTaken(_ line: String) -> Bool {
        line.contains("Address already in use") || line.contains("Failed listening on port")
    }
}
