package import NovaContract

/// What of a request can be given now.
package struct Fitting: Sendable, Equatable {
    /// By pool.
    package var items: [String: Amount] = [:]
    /// Wants that get nothing, each with the reason.
    package var shortages: [String: String] = [:]

    /// Nil where it is of no use: something is missing, or, at best effort, everything.
    ///
    /// - Parameter isWithinQuota: whether of a pool in which the requester has a quota no more is given than that.
    package static func of(
        _ request: AllocateRequest,
        _ requester: String,
        in ledger: Ledger,
        isWithinQuota: Bool = false
    ) -> Fitting? {
        let fitting = Fitting(request, requester, in: ledger, isWithinQuota: isWithinQuota)
        if fitting.items.isEmpty { return nil }
        return request.isBestEffort || fitting.shortages.isEmpty ? fitting : nil
    }

    /// What could be given, and what is missing, whether it is of use or not.
    package init(_ request: AllocateRequest, _ requester: String, in ledger: Ledger, isWithinQuota: Bool = false) {
        var ledger = ledger
        var budget = request.maximumCost
        for (name, want) in request.wants.sorted(by: { $0.key < $1.key }) {
            let choices = Self.choices(name, want, request.affinity, ledger)
            var best: (id: String, amount: Amount)?
            for id in choices {
                let amount = Self.amount(want, id, requester, budget, ledger, isWithinQuota)
                guard amount > .zero, amount >= want.minimum, amount > best?.amount ?? .zero else { continue }
                best = (id, amount)
                // The first that has all of it; the order says which is liked best.
                if amount == want.maximum { break }
            }
            guard let best else {
                shortages[name] = Self.reason(want, choices, requester, ledger)
                continue
            }
            items[best.id, default: .zero] += best.amount
            ledger.give([best.id: best.amount], to: requester)
            if let cost = ledger.pools[best.id]?.definition.cost {
                budget = budget.map { $0 - cost * best.amount.double }
            }
        }
    }

    /// Liked ones first, then those with the most left.
    private static func choices(
        _ name: String,
        _ want: AllocateRequest.Want,
        _ affinity: [String],
        _ ledger: Ledger
    ) -> [String] {
        guard !want.anyOf.isEmpty else { return [name] }
        func rank(_ id: String) -> (Int, Int64) {
            (affinity.firstIndex(of: id) ?? affinity.count, -(ledger.pools[id]?.free.milli ?? 0))
        }
        return want.anyOf.sorted { rank($0) == rank($1) ? $0 < $1 : rank($0) < rank($1) }
    }

    private static func amount(
        _ want: AllocateRequest.Want,
        _ id: String,
        _ requester: String,
        _ budget: Double?,
        _ ledger: Ledger,
        _ isWithinQuota: Bool
    ) -> Amount {
        guard let pool = ledger.pools[id] else { return .zero }
        var amount = min(want.maximum, available(pool, requester, ledger))
        if isWithinQuota, let quota = pool.definition.quotas[requester] {
            amount = min(amount, max(.zero, quota - ledger.used(requester, id)))
        }
        if let budget, pool.definition.cost > 0 {
            let affordable = max(0, budget / pool.definition.cost * 1_000).rounded(.down)
            if affordable < Double(amount.milli) { amount = Amount(milli: Int64(affordable)) }
        }
        return pool.definition.isDivisible ? amount : amount.floored
    }

    /// What a requester may take of a pool now: what is free, less what quotas keep for others where nothing is lent.
    static func available(_ pool: Ledger.Pool, _ requester: String, _ ledger: Ledger) -> Amount {
        let definition = pool.definition
        guard !definition.allowsBorrowing, !definition.quotas.isEmpty else { return pool.free }
        var kept = Amount.zero
        for (other, quota) in definition.quotas where other != requester {
            let used = ledger.used(other, definition.id)
            if used < quota { kept += quota - used }
        }
        return kept < pool.free ? pool.free - kept : .zero
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
    package static func impossibility(_ request: AllocateRequest, _ requester: String, in ledger: Ledger) -> String? {
        if isPlainlyPossible(request, in: ledger) { return nil }
        var empty = ledger
        empty.used = [:]
        for id in empty.pools.keys { empty.pools[id]?.allocated = .zero }
        guard of(request, requester, in: empty) == nil else { return nil }
        let fitting = Fitting(request, requester, in: empty)
        return fitting.shortages.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
    }
}
