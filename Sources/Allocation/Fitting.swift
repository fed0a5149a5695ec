import NovaContract

/// What of a request can be given now.
package struct Fitting: Sendable, Equatable {
    /// By pool.
    package var items: [String: Amount] = [:]
    /// Wants that get nothing, each with the reason.
    package var shortages: [String: String] = [:]
    /// Whether it was given up to look for pools that suffice for all wants together.
    private var isUndecided = false
    /// What sums of costs may be off by, as a share.
    private static let rounding = 1e-12

    /// Nil where it is of no use: something is missing, or, at best effort, everything.
    ///
    /// - Parameter limits: what the requester may hold of each pool in all, as `ownLimits` says; nil: anything.
    package static func of(
        _ request: AllocateRequest,
        _ requester: String,
        in ledger: Ledger,
        upTo limits: [String: Amount]? = nil
    ) -> Fitting? {
        let fitting = Fitting(request, requester, in: ledger, upTo: limits)
        return fitting.isOfUse(to: request) ? fitting : nil
    }

    private func isOfUse(to request: AllocateRequest) -> Bool {
        !items.isEmpty && (request.isBestEffort || shortages.isEmpty)
    }

    /// What could be given, and what is missing, whether it is of use or not.
    package init(
        _ request: AllocateRequest,
        _ requester: String,
        in ledger: Ledger,
        upTo limits: [String: Amount]? = nil
    ) {
        var search = Search(request, requester, ledger, limits)
        shortages = search.takeInOrder()
        items = search.items
        guard !shortages.isEmpty, !request.isBestEffort, request.wants.count > 1 else { return }
        // What one want takes may be all there is for another.
        search = Search(request, requester, ledger, limits)
        switch search.takeTogether() {
        case .found:
            shortages = [:]
            items = search.items
        case .impossible: break
        case .undecided: isUndecided = true
        }
    }

    /// One attempt to fit a request.
    private struct Search {
        let request: AllocateRequest
        let requester: String
        var ledger: Ledger
        let limits: [String: Amount]?
        /// Of pools that are liked, the first 0.
        private let ranks: [String: Int]
        var budget: Double?
        var items: [String: Amount] = [:]

        init(_ request: AllocateRequest, _ requester: String, _ ledger: Ledger, _ limits: [String: Amount]?) {
            self.request = request
            self.requester = requester
            self.ledger = ledger
            self.limits = limits
            ranks = Dictionary(request.affinity.enumerated().map { ($1, $0) }) { first, _ in first }
            budget = request.maximumCost.map { $0 + $0 * Fitting.rounding }
        }

        private var wants: [(key: String, value: AllocateRequest.Want)] {
            request.wants.sorted { $0.key < $1.key }
        }

        /// The best for one want after the other.
        ///
        /// - Returns: wants that get nothing, each with the reason.
        mutating func takeInOrder() -> [String: String] {
            var shortages: [String: String] = [:]
            for (name, want) in wants {
                let choices = Fitting.choices(name, want, ranks, ledger)
                var best: (id: String, amount: Amount)?
                for id in choices {
                    let amount = amount(id, upTo: want.maximum)
                    guard amount > .zero, amount >= want.minimum, amount > best?.amount ?? .zero else { continue }
                    best = (id, amount)
                    // The first that has all of it; the order says which is liked best.
                    if amount == want.maximum { break }
                }
                guard let best else {
                    shortages[name] = Fitting.reason(want, choices, requester, ledger)
                    continue
                }
                take(best.amount, of: best.id)
            }
            return shortages
        }

        /// The least that is of use for all wants, then as much as there is for one after the other.
        mutating func takeTogether() -> Assignment.Outcome {
            var room: [String: Amount] = [:]
            let open = wants.map { name, want in
                let pools = Fitting.choices(name, want, ranks, ledger).compactMap { ledger.pools[$0] }
                let choices = pools.compactMap { pool -> Assignment.Choice? in
                    let definition = pool.definition
                    let least = definition.least(for: want)
                    let free = self.room(of: pool)
                    guard least <= want.maximum, least <= free else { return nil }
                    room[definition.id] = free
                    let cost = budget == nil ? 0 : definition.cost * least.double
                    return Assignment.Choice(pool: definition.id, least: least, cost: cost)
                }
                return Assignment.Want(name: name, choices: choices)
            }
            var assignment = Assignment(open, room: room)
            let outcome = assignment.search(budget: budget ?? .infinity)
            guard case .found(let choices) = outcome else { return outcome }
            for choice in choices.values { take(choice.least, of: choice.pool) }
            for (name, want) in wants {
                guard let choice = choices[name] else { continue }
                take(amount(choice.pool, upTo: want.maximum - choice.least), of: choice.pool)
            }
            return outcome
        }

        private mutating func take(_ amount: Amount, of id: String) {
            items[id, default: .zero] += amount
            ledger.give([id: amount], to: requester)
            guard let cost = ledger.pools[id]?.definition.cost else { return }
            budget = budget.map { $0 - cost * amount.double }
        }

        /// What there is of a pool for the requester, whatever it costs.
        private func room(of pool: Ledger.Pool) -> Amount {
            let available = Fitting.available(pool, requester, ledger)
            guard let limit = limits?[pool.definition.id] else { return available }
            return min(available, max(.zero, limit - ledger.used(requester, pool.definition.id)))
        }

        private func amount(_ id: String, upTo most: Amount) -> Amount {
            guard let pool = ledger.pools[id] else { return .zero }
            var amount = min(most, room(of: pool))
            if let budget, pool.definition.cost > 0 {
                let affordable = max(0, budget / pool.definition.cost * 1_000).rounded(.down)
                if affordable < Double(amount.milli) { amount = Amount(milli: Int64(affordable)) }
            }
            return pool.definition.isDivisible ? amount : amount.floored
        }
    }

    /// Liked ones first, then those with the most left.
    ///
    /// - Parameter ranks: of those that are liked, the first 0.
    private static func choices(
        _ name: String,
        _ want: AllocateRequest.Want,
        _ ranks: [String: Int],
        _ ledger: Ledger
    ) -> [String] {
        guard !want.anyOf.isEmpty else { return [name] }
        let ranked = want.anyOf.map { (ranks[$0] ?? .max, -(ledger.pools[$0]?.free.milli ?? 0), $0) }
        return ranked.sorted(by: <).map(\.2)
    }

    /// What a requester may take of a pool now: what is free, less what quotas keep for others where nothing is lent.
    static func available(_ pool: Ledger.Pool, _ requester: String, _ ledger: Ledger) -> Amount {
        pool.definition.allowsBorrowing ? pool.free : unlent(pool, requester, ledger)
    }

    /// What is free of a pool, less what quotas keep for others.
    private static func unlent(_ pool: Ledger.Pool, _ requester: String, _ ledger: Ledger) -> Amount {
        let definition = pool.definition
        let quota = definition.quotas[requester] ?? .zero
        let kept = pool.unused - (quota - min(quota, ledger.used(requester, definition.id)))
        return kept < pool.free ? pool.free - kept : .zero
    }

    /// What a requester that takes back what is lent of its quotas may hold of each of these pools: its quota, or where it has none
    /// what it holds already and what is free and kept for nobody.
    ///
    /// So nobody can take back by a quota what it is given then.
    static func ownLimits(_ pools: Set<String>, _ requester: String, in ledger: Ledger) -> [String: Amount] {
        var limits: [String: Amount] = [:]
        for id in pools {
            guard let pool = ledger.pools[id] else { continue }
            let quota = pool.definition.quotas[requester] ?? .zero
            limits[id] = quota > .zero ? quota : ledger.used(requester, id) + unlent(pool, requester, ledger)
        }
        return limits
    }

    private static func reason(
        _ want: AllocateRequest.Want,
        _ choices: [String],
        _ requester: String,
        _ ledger: Ledger
    ) -> String {
        let told = choices.map { id -> String in
            guard let pool = ledger.pools[id] else { return "there is no resource \(id)" }
            let available = available(pool, requester, ledger)
            let capacity = "\(pool.definition.capacity.json.jsonString) \(pool.definition.unit)"
            return "\(available.json.jsonString) of \(capacity) of \(id) can be had".replacing("  ", with: " ")
        }
        let least = max(want.minimum, Amount(milli: 1))
        return told.joined(separator: ", ") + ", \(want.minimum == .zero ? "some" : least.json.jsonString) needed"
    }

    /// Whether it is seen at once that a request can be met when all has come back; asked for all that wait, again and again.
    private static func isPlainlyPossible(_ request: AllocateRequest, in ledger: Ledger) -> Bool {
        guard request.maximumCost == nil else { return false }
        return request.wants.allSatisfy { name, want in
            guard want.anyOf.isEmpty, let definition = ledger.pools[name]?.definition,
                definition.allowsBorrowing || definition.quotas.isEmpty
            else { return false }
            let most = min(want.maximum, definition.capacity)
            let amount = definition.isDivisible ? most : most.floored
            return amount > .zero && amount >= want.minimum
        }
    }

    /// Why a request can never be met, however much comes back; nil where it can.
    ///
    /// - Parameter empty: `Ledger.emptied`.
    package static func impossibility(_ request: AllocateRequest, _ requester: String, in empty: Ledger) -> String? {
        if isPlainlyPossible(request, in: empty) { return nil }
        let fitting = Fitting(request, requester, in: empty)
        guard !fitting.isOfUse(to: request), !fitting.isUndecided else { return nil }
        return fitting.shortages.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
    }
}

extension ResourceDefinition {
    /// The least of it that is of use for a want.
    fileprivate func least(for want: AllocateRequest.Want) -> Amount {
        let least = max(want.minimum, Amount(milli: 1))
        return isDivisible || least == least.floored ? least : least.floored + Amount(whole: 1)
    }
}
