import NovaContract
import RedisClient

/// One-time tickets for WebSocket handshakes of browsers, which cannot set headers.
package struct TicketStore: Sendable {
    package let store: Store

    /// Makes a ticket for the key with this hash; it is good once, for `lifetime`.
    package func issue(keyHash: String, lifetime: Duration) async throws -> String {
        let ticket = APIKeySecret.make(prefix: "ticket_")
        _ = try await store.redis.command(
            "SET",
            RedisArgument(store.keys.ticket(APIKeySecret.hash(ticket))),
            RedisArgument(keyHash),
            "PX",
            RedisArgument(lifetime.wholeMilliseconds)
        )
        return ticket
    }

    /// The hash of the key the ticket was made for, once; nil afterwards, and for unknown and expired tickets.
    package func redeem(_ ticket: String) async throws -> String? {
        let reply = try await store.redis.command(
            "GETDEL",
            RedisArgument(store.keys.ticket(APIKeySecret.hash(ticket)))
        )
        return reply.string
    }
}
