import HTTPTypes
import Logging
import NIOCore
import NovaContract
import NovaStore

/// Decides whether a handshake becomes a socket.
struct Admittance: Sendable {
    enum Decision: Sendable {
        case admitted(Admitted)
        case refused(NovaError)
    }

    let hub: Hub
    let keyRing: KeyRing
    let store: Store
    let connections: ClientConnections
    let logger: Logger

    func decide(_ handshake: Handshake, on channel: any NIOCore.Channel) async -> Decision {
        do {
            return .admitted(try await admit(handshake, on: channel))
        } catch {
            return .refused(NovaError(cause: error))
        }
    }

    /// The socket was not opened, or is gone.
    func release(_ admitted: Admitted) {
        keyRing.unwatch(admitted.watch)
        hub.close(admitted.session)
    }

    private func admit(_ handshake: Handshake, on channel: any NIOCore.Channel) async throws -> Admitted {
        let key = try await authenticate(handshake, channel)
        connections.authenticated(channel)
        try handshake.validate()
        let budget = try await store.admission.count(hub.configuration.budgets.webSocket(), key: key)
        guard budget.isAdmitted else { throw NovaError.limited(budget) }
        let session = try hub.open(key, on: channel.eventLoop)
        let watch = keyRing.watch(hash: key.hash) { session.keyChanged($0) }
        let admitted = Admitted(handshake: handshake, session: session, watch: watch, budget: budget)
        do {
            // Again, now that changes are heard: it may have been revoked just before.
            _ = try await keyRing.key(hash: key.hash)
            return admitted
        } catch {
            release(admitted)
            throw error
        }
    }

    private func authenticate(_ handshake: Handshake, _ channel: any NIOCore.Channel) async throws -> APIKey {
        guard let credential = handshake.credential else {
            throw NovaError(
                .authenticationError,
                "a key is needed: X-API-Key, Authorization: Bearer, the subprotocol nova.key.KEY, or ?ticket="
            )
        }
        if credential.needsOriginCheck { try checkOrigin(handshake) }
        switch credential {
        case .header(let key), .subprotocol(let key):
            return try await keyRing.authenticate(key, from: client(handshake, channel))
        case .ticket(let ticket):
            // A wrong one costs a round trip, as a wrong key does.
            let client = client(handshake, channel)
            try keyRing.failedKeys.check(client)
            guard let hash = try await store.tickets.redeem(ticket) else {
                keyRing.failedKeys.failed(client)
                throw NovaError(.authenticationError, "the ticket is unknown, used or expired")
            }
            return try await keyRing.key(hash: hash)
        }
    }

    private func client(_ handshake: Handshake, _ channel: any NIOCore.Channel) -> ClientAddress {
        connections.proxies.client(peer: channel.remoteAddress, headers: handshake.head.headerFields)
    }

    /// Pages of other sites may not use what the browser holds.
    ///
    /// Before the ticket is spent.
    private func checkOrigin(_ handshake: Handshake) throws(NovaError) {
        guard let origin = handshake.head.headerFields[.origin] else { return }
        if let host = handshake.head.authority, ["http://\(host)", "https://\(host)"].contains(origin) { return }
        guard CORSPolicy(origins: hub.configuration.allowedOrigins).allows(origin) else {
            throw NovaError(.permissionDenied, "pages of this origin may not open sockets here")
        }
    }
}

/// A handshake that becomes a socket.
struct Admitted: Sendable {
    let handshake: Handshake
    let session: Session
    let watch: KeyWatch
    let budget: BudgetState
}
