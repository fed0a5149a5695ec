import NovaContract
import RedisClient

/// What was counted of one entity's finished jobs.
package struct EntityCounters: Sendable, Equatable {
    package let completed: Int
    package let failed: Int
    package let cancelled: Int
    package let handling: Duration
    package let queued: Duration

    package var finished: Int { completed + failed + cancelled }
}

/// The counters that `complete.lua` keeps.
package struct CounterStore: Sendable {
    let store: Store

    /// All zero for an entity nothing was recorded of.
    package func get(_ type: String, _ id: String, domain: String, owner: String) async throws -> EntityCounters {
        let reply = try await store.redis.command(
            "HMGET",
            RedisArgument(store.keys.counters(type, id, domain: domain, owner: owner)),
            "completed",
            "failed",
            "cancelled",
            "handling_ms",
            "queue_ms"
        )
        guard let values = reply.array, values.count == 5 else { throw UnexpectedReply("HMGET", reply) }
        let numbers = values.map { $0.string.flatMap { Int($0) } ?? 0 }
        return EntityCounters(
            completed: numbers[0],
            failed: numbers[1],
            cancelled: numbers[2],
            handling: .milliseconds(numbers[3]),
            queued: .milliseconds(numbers[4])
        )
    }
}
