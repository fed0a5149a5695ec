import ChildProcesses
import Logging
import NIOPosix
import NovaTestKit
import RedisClient

/// Runs `body` with a client of the server on this port of 127.0.0.1, and closes it afterwards.
func withClient<R>(
    _ port: Int,
    isolation: isolated (any Actor)? = #isolation,
    _ configure: (inout RedisConfiguration) -> Void = { _ in },
    _ body: (RedisClient) async throws -> R
) async throws -> R {
    var configuration = RedisConfiguration(port: port, connectionCount: 1, commandDeadline: .seconds(30))
    configure(&configuration)
    var logger = Logger(label: "redis-client-tests")
    logger.logLevel = .critical
    let client = RedisClient(
        configuration: configuration,
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        logger: logger
    )
    do {
        let result = try await body(client)
        await client.close()
        return result
    } catch {
        await client.close()
        throw error
    }
}

/// The same, with a server that is the test's alone.
func withRedisAndClient<R>(
    options: [String: String] = [:],
    isolation: isolated (any Actor)? = #isolation,
    _ configure: (inout RedisConfiguration) -> Void = { _ in },
    _ body: (PrivateRedis, RedisClient) async throws -> R
) async throws -> R {
    try await withRedis(options: options) { redis in
        try await withClient(redis.port, configure) { try await body(redis, $0) }
    }
}

/// Asks again and again, each time a question that is itself awaited, until the answer is yes.
///
/// Bounded by the test's time limit.
func until(isolation: isolated (any Actor)? = #isolation, _ isTrue: () async throws -> Bool) async throws {
    while try await !isTrue() {
        try Task.checkCancellation()
        await Task.yield()
    }
}

/// The error that `body` throws, or nil.
func redisError(
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Void
) async throws -> RedisError? {
    do {
        try await body()
        return nil
    } catch let error as RedisError {
        return error
    }
}
