import NovaContract
import RedisClient

/// Says that a worker lives: a key that is gone soon after the worker is.
package struct WorkerLease: Sendable {
    package let store: Store

    /// The worker lives, and is thought to for `duration` from now.
    package func renew(_ worker: String, for duration: Duration) async throws {
        _ = try await store.redis.command(
            "SET",
            RedisArgument(store.keys.worker(worker)),
            "1",
            "PX",
            RedisArgument(duration.wholeMilliseconds)
        )
    }

    /// The worker has ended.
    package func end(_ worker: String) async throws {
        _ = try await store.redis.command("DEL", RedisArgument(store.keys.worker(worker)))
    }
}
