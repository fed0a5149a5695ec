package import ChildProcesses

/// Runs `body` with a `redis-server` that is its alone.
@discardableResult
package func withRedis<R>(
    options: [String: String] = [:],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (PrivateRedis) async throws -> R
) async throws -> R {
    try await PrivateRedis.run(options: options, body)
}
