package import Allocation
package import NovaContract

/// An allocation as it is kept: granted, waiting, or ended.
package struct AllocationRecord: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        case granted
        /// For its turn.
        case waiting
        case released
        /// Its lease was not renewed.
        case expired
        /// Taken back for a more important request.
        case preempted
        /// A newer one of its requester has taken its place.
        case superseded
        /// Its turn did not come in time.
        case timedOut = "timed_out"
        /// What it waited for can never be, as the pools have become.
        case impossible

        package var isEnd: Bool { self != .granted && self != .waiting }
    }

    package let id: String
    package let domain: String
    package let state: State
    package let requester: String
    package let request: AllocateRequest
    /// What it holds, or held.
    package let items: [String: Amount]
    /// Milliseconds since 1970, as all times here.
    package let since: Int64
    package let grantedAt: Int64?
    package let expiresAt: Int64?
    package let waitsUntil: Int64?
    package let endedAt: Int64?
    /// Why it has ended; nil: it has not, or an older Nova ended it.
    package let reason: String?

    package init(
        id: String,
        domain: String,
        state: State,
        requester: String,
        request: AllocateRequest,
        items: [String: Amount],
        since: Int64,
        grantedAt: Int64?,
        expiresAt: Int64?,
        waitsUntil: Int64?,
        endedAt: Int64?,
        reason: String? = nil
    ) {
        self.id = id
        self.domain = domain
        self.state = state
        self.requester = requester
        self.request = request
        self.items = items
        self.since = since
        self.grantedAt = grantedAt
        self.expiresAt = expiresAt
        self.waitsUntil = waitsUntil
        self.endedAt = endedAt
        self.reason = reason
    }

    package var json: JSONObject {
        [
            "allocation_id": .string(id), "domain": .string(domain), "status": .string(state.rawValue),
            "requester": .string(requester), "priority": JSONValue(request.priority),
            "preemptible": .bool(request.isPreemptible), "requested_at": Self.time(since),
            "granted_at": Self.time(grantedAt), "expires_at": Self.time(state == .granted ? expiresAt : nil),
            "waits_until": Self.time(state == .waiting ? waitsUntil : nil), "ended_at": Self.time(endedAt),
            "reason": JSONValue(reason),
            "allocations": .array(parts),
        ]
    }

    /// `allocations[]` of the contract: one for each want.
    package var parts: [JSONValue] {
        request.wants.sorted { $0.key < $1.key }.map { name, want -> JSONValue in
            let choices = want.anyOf.isEmpty ? [name] : want.anyOf
            let given = choices.first { items[$0] != nil }
            let status: String
            switch state {
            case .granted: status = given == nil ? "refused" : "granted"
            default: status = state.rawValue
            }
            return [
                "resource_id": .string(given ?? name), "name": .string(name), "requested": want.maximum.json,
                "allocated": (state == .granted ? given.flatMap { items[$0] } ?? .zero : .zero).json,
                "status": .string(status),
            ]
        }
    }

    private static func time(_ milliseconds: Int64?) -> JSONValue {
        JSONValue(milliseconds.map { Timestamp.string(milliseconds: $0) })
    }
}
