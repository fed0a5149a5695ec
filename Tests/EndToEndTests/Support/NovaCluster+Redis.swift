import ChildProcesses
import Logging
import NIOPosix
import NovaTestKit
import RedisClient

extension NovaCluster {
    /// One command to the cluster's Redis, on a connection of its own.
    @discardableResult
    func redisCommand(_ arguments: RedisArgument...) async throws -> RedisValue {
        try await redisCommand(arguments)
    }

    @discardableResult
    func redisCommand(_ arguments: [RedisArgument]) async throws -> RedisValue {
        let client = RedisClient(
            configuration: RedisConfiguration(
                port: redis.port,
                commandDeadline: .seconds(60),
                connectTimeout: .seconds(60)
            ),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test")
        )
        do {
            let reply = try await client.command(arguments)
            await client.close()
            return reply
        } catch {
            await client.close()
            throw error
        }
    }
}
