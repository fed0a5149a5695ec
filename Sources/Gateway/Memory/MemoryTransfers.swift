import NovaContract

/// Bounds the exports and imports of a gateway: each holds a part of a domain, and may take long.
struct MemoryTransfers: Sendable {
    /// Of all owners.
    private let all = InFlight(limit: 16)
    /// Of one, so that nobody who is slow holds up the others.
    private let byOwner = InFlightByKey(limit: Self.ofOneOwner)
    private static let ofOneOwner = 2

    /// One of the places; it is free again when nobody holds it any more.
    final class Place: Sendable {
        private let transfers: MemoryTransfers
        private let owner: String

        fileprivate init(_ transfers: MemoryTransfers, _ owner: String) {
            self.transfers = transfers
            self.owner = owner
        }

        deinit { transfers.leave(owner) }
    }

    /// Takes a place, for as long as the caller holds it.
    ///
    /// - Throws: `RATE_LIMIT_EXCEEDED` at the bound of an owner, `SERVICE_UNAVAILABLE` at that of the gateway.
    func enter(_ owner: String) throws(NovaError) -> Place {
        guard byOwner.enter(owner) else {
            throw NovaError(
                .rateLimitExceeded,
                "this owner already has \(Self.ofOneOwner) exports or imports running on this gateway: wait for one to end",
                retryAfter: 5
            )
        }
        guard all.enter() else {
            byOwner.leave(owner)
            throw NovaError(.serviceUnavailable, "too many exports and imports at once", retryAfter: 5)
        }
        return Place(self, owner)
    }

    private func leave(_ owner: String) {
        all.leave()
        byOwner.leave(owner)
    }
}
