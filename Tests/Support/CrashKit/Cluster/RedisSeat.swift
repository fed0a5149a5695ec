package import ChildProcesses
import Foundation
import NovaTestKit
import RedisClient
import Synchronization

/// The cluster's Redis, which can be killed and started again on its port and with what it kept.
package final class RedisSeat: Sendable {
    private let first: PrivateRedis
    private let options: [String: String]
    private let host: ScopeHost
    private let current: Mutex<ChildProcess>

    init(_ redis: PrivateRedis, options: [String: String], host: ScopeHost) {
        first = redis
        self.options = options
        self.host = host
        current = Mutex(redis.process)
    }

    package var port: Int { first.port }
    package var process: ChildProcess { current.withLock(\.self) }

    package func kill() async { await process.kill() }

    /// Returns when it serves again.
    package func start() async throws {
        let (port, directory, options) = (first.port, first.directory, options)
        let process: ChildProcess = try await host.open { ready in
            try await PrivateRedis.run(port: port, directory: directory, options: options) { redis in
                ready(redis.process)
                _ = try await redis.process.exit()
            }
        }
        current.withLock { $0 = process }
    }

    /// FLUSHALL: everything it knew is gone.
    package func forgetEverything() async throws {
        try await PrivateRedisCommand(port: port).run("FLUSHALL")
    }

    package func freeze() { process.signal(SIGSTOP) }
    package func thaw() { process.signal(SIGCONT) }
    package var isAlive: Bool { ProcessStatus(pid: process.pid).map { $0.state != "Z" } ?? false }
}
