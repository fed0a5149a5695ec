import AsyncPrimitives
import Logging
import NIOPosix
import RedisClient

/// One command to the Redis on this port of 127.0.0.1, on a connection of its own.
struct PrivateRedisCommand: Sendable {
    let port: Int

    func run(_ arguments: RedisArgument...) async throws {
        let client = RedisClient(
            configuration: RedisConfiguration(port: port),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "crash") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withResource(client, close: { await $0.close() }) { _ = try await $0.command(arguments) }
    }
}
