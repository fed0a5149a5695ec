import NovaContract

/// What is given away of one owner's resources in one domain, at one moment.
package struct Ledger: Sendable, Equatable {
    package struct Pool: Sendable, Equatable {
        package let definition: ResourceDefinition
        package private(set) var allocated: Amount
        /// Of the quotas of all requesters together.
        private(set) var unused: Amount

        package init(_ definition: ResourceDefinition, allocated: Amount = .zero) {
            self.definition = definition
            self.allocated = allocated
            unused = definition.quotas.values.reduce(.zero, +)
        }

        /// A requester uses so much of it now.
        fileprivate mutating func use(_ requester: String, _ before: Amount, _ now: Amount) {
            allocated = allocated + now - before
            quota(of: requester, before, now)
        }

        /// The same where it is allocated already.
        fileprivate mutating func quota(of requester: String, _ before: Amount, _ now: Amount) {
            guard let quota = definition.quotas[requester] else { return }
            unused = unused + min(quota, before) - min(quota, now)
        }

        /// Zero also where the capacity was lowered below what is given.
        package var free: Amount {
            allocated < definition.capacity ? definition.capacity - allocated : .zero
        }
    }

    package var pools: [String: Pool]
    /// By requester, then by pool.
    package private(set) var used: [String: [String: Amount]]
    package var queue: [Waiting]

    package init(pools: [String: Pool] = [:], used: [String: [String: Amount]] = [:], queue: [Waiting] = []) {
        self.pools = pools
        self.used = used
        self.queue = queue
        for (requester, amounts) in used {
            for (id, amount) in amounts { self.pools[id]?.quota(of: requester, .zero, amount) }
        }
    }

    /// The same when everything has come back.
    package var emptied: Ledger {
        Ledger(pools: pools.mapValues { Pool($0.definition) }, queue: queue)
    }

    func used(_ requester: String, _ pool: String) -> Amount { used[requester]?[pool] ?? .zero }

    /// Books it; the caller has seen that it fits.
    package mutating func give(_ items: [String: Amount], to requester: String) {
        for (id, amount) in items { use(id, requester, used(requester, id) + amount) }
    }

    /// Takes back what was given.
    package mutating func takeBack(_ items: [String: Amount], from requester: String) {
        for (id, amount) in items { use(id, requester, used(requester, id) - amount) }
    }

    private mutating func use(_ id: String, _ requester: String, _ now: Amount) {
        let before = used(requester, id)
        pools[id]?.use(requester, before, now)
        used[requester, default: [:]][id] = now
    }
}

/// A request that waits for its turn, or is about to.
package struct Waiting: Sendable, Equatable {
    package let id: String
    package let requester: String
    package let request: AllocateRequest
    /// Milliseconds since 1970.
    package let since: Int64

    package init(id: String, requester: String, request: AllocateRequest, since: Int64) {
        self.id = id
        self.requester = requester
        self.request = request
        self.since = since
    }
}

/// What somebody holds under a lease.
package struct Holding: Sendable, Equatable {
    package let id: String
    package let requester: String
    package let priority: Int
    package let isPreemptible: Bool
    package let items: [String: Amount]
    /// Milliseconds since 1970.
    package let grantedAt: Int64

    package init(
        id: String,
        requester: String,
        priority: Int,
        isPreemptible: Bool,
        items: [String: Amount],
        grantedAt: Int64
    ) {
        self.id = id
        self.requester = requester
        self.priority = priority
        self.isPreemptible = isPreemptible
        self.items = items
        self.grantedAt = grantedAt
    }
}
