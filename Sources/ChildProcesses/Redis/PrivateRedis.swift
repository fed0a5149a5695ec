/// A `redis-server` of one's own on 127.0.0.1, which keeps nothing beyond its scope.
package struct PrivateRedis: Sendable {
    package let port: Int
    /// Where it works; give it and ``port`` to another `run` to start again on what a killed server left.
    package let directory: String
    package let process: ChildProcess

    package var pid: Int32 { process.pid }

    /// Starts it, runs `body` once it answers, stops it.
    ///
    /// - Parameters:
    ///   - port: Any free one when nil.
    ///   - directory: When nil, a temporary one that is removed afterwards.
    ///   - options: Its settings, by name: `["appendonly": "yes"]` is `--appendonly yes`. Unless said otherwise it saves
    ///     nothing to disk.
    ///   - onLine: Called for each line of its log.
    /// - Throws: ``ChildProcessError`` when it does not start, and what `body` throws.
    @discardableResult
    package static func run<R>(
        port: Int? = nil,
        directory: String? = nil,
        options: [String: String] = [:],
        onLine: @escaping @Sendable (ChildOutput) -> Void = { _ in },
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PrivateRedis) async throws -> R
    ) async throws -> R {
        guard let directory else {
            return try await TemporaryDirectory.run(prefix: "nova-redis") { directory in
                try await run(port: port, directory: directory, options: options, onLine: onLine, body)
            }
        }
        guard port == nil else {
            let start = RedisStart(port: port ?? 0, directory: directory, options: options, onLine: onLine)
            return try await start.run(body)
        }
        for _ in 0..<4 {
            let start = RedisStart(port: try FreePort.find(), directory: directory, options: options, onLine: onLine)
            do {
                return try await start.run(body)
            } catch is RedisStart.PortTaken {
                continue
            }
        }
        let last = RedisStart(port: try FreePort.find(), directory: directory, options: options, onLine: onLine)
        return try await last.run(body)
    }
}
