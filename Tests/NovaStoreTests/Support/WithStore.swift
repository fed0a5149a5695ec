import ChildProcesses
import Logging
import NIOPosix
import NovaContract
import NovaPools
import NovaStore
import NovaTestKit
import RedisClient

/// Runs `body` with a store in the Redis on this port of 127.0.0.1.
func withStore<R>(
    port: Int,
    retention: Retention = Retention(),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (Store) async throws -> R
) async throws -> R {
    var logger = Logger(label: "nova-store-tests")
    logger.logLevel = .critical
    let redis = RedisClient(
        configuration: RedisConfiguration(port: port, commandDeadline: .seconds(30)),
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        logger: logger
    )
    do {
        let store = Store(
            redis: redis,
            catalog: NovaPools.catalog,
            keys: RedisKeys(prefix: uniqueName("t")),
            retention: retention
        )
        let result = try await body(store)
        await redis.close()
        return result
    } catch {
        await redis.close()
        throw error
    }
}

/// Runs `body` with a store in a Redis that is the test's alone.
func withStore<R>(
    options: [String: String] = [:],
    retention: Retention = Retention(),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (Store) async throws -> R
) async throws -> R {
    try await withRedis(options: options) { redis in
        try await withStore(port: redis.port, retention: retention, body)
    }
}
