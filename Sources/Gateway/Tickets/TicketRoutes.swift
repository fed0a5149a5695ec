import HTTPTypes
import NovaAPI
import NovaContract
import NovaStore

/// One-time tickets for browsers, which cannot set headers on a WebSocket.
struct TicketRoutes: Sendable {
    /// Of the paths that speak WebSocket.
    static let parameters = [QueryParameter("ticket", .text(200))]

    let store: Store
    let lifetime: Duration

    func issue(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        // A ticket is the key's, in all of its domains.
        try BareRequest.check(try await call.body.json().value, knowing: [])
        let ticket = try await store.tickets.issue(keyHash: key.hash, lifetime: lifetime)
        return .json(
            [
                "ticket": .string(ticket),
                "expires_in": JSONValue(lifetime.components.seconds),
                "url": .string("/api/ws?ticket=\(ticket)"),
            ],
            status: .created
        )
    }

    /// A request on a WebSocket path that was not upgraded.
    func notUpgraded(_ call: Call) throws -> Answer {
        throw NovaError(
            .validationError,
            "this path speaks WebSocket: GET with Upgrade: websocket and Sec-WebSocket-Version: 13"
        )
    }
}
