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
        do {
            _ = try await client.command(arguments)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }
}
