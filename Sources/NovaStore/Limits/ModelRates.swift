import NovaContract
import RedisClient

/// The rates of requests to models, which all workers share.
package struct ModelRates: Sendable {
    package let store: Store

    /// Counts a request to a model: `pace.lua`.
    ///
    /// - Parameter limit: requests in a minute, sliding.
    /// - Returns: zero where it may go out; else how long to wait before asking again.
    package func take(_ model: String, limit: Int) async throws -> Duration {
        let reply = try await store.redis.evaluate(
            StoreScripts.pace,
            keys: [RedisArgument(store.keys.modelWindow(model))],
            arguments: [RedisArgument(limit), RedisArgument(60_000)]
        )
        guard let wait = reply.int else { throw UnexpectedReply("pace", reply) }
        return .milliseconds(wait)
    }
}
