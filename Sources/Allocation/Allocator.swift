import NovaContract

/// Decides who gets what: strict priorities first, then the lowest weighted dominant share, then who waits longest.
///
/// Whoever cannot be served yet holds back the pools it wants from those behind it, so that nobody is starved by smaller
/// requests of its priority. Pure: it changes a ledger of its own, and tells what is to be booked.
package struct Allocator: Sendable {
    package private(set) var ledger: Ledger
    /// Pools that somebody waits for who cannot be served.
    private var held: Set<String> = []
    /// What may be taken back, if anything.
    private var holdings: [Holding] = []

    /// Holdings that may be taken back for one request, and what they hold: Redis does nothing else while it books that.
    package static let mostEvicted = 100
    package static let mostEvictedPools = 500
    /// Holdings that are looked at for that; most of them may be spared then.
    private static let mostTried = 1_000

    package init(_ ledger: Ledger) { self.ledger = ledger }

    package struct Grant: Sendable, Equatable {
        package let waiting: Waiting
        package let fitting: Fitting
        /// Holdings that are taken back for it.
        package let evicted: [Holding]
    }

    /// What the queue comes to.
    package struct Service: Sendable, Equatable {
        package var grants: [Grant] = []
        /// Requests that can never be met as the pools are now, each with the reason: they wait no more.
        package var hopeless: [(waiting: Waiting, reason: String)] = []

        package init(grants: [Grant] = [], hopeless: [(waiting: Waiting, reason: String)] = []) {
            self.grants = grants
            self.hopeless = hopeless
        }

        package var isEmpty: Bool { grants.isEmpty && hopeless.isEmpty }

        /// The first ones, as many as take so much work, at least one.
        ///
        /// - Parameter work: one for each of them, for each pool that is given, and for each holding that comes back and its pools.
        package func first(_ work: Int) -> Service {
            var some = Service(hopeless: Array(hopeless.prefix(work)))
            var done = some.hopeless.count
            for grant in grants {
                done += 1 + grant.fitting.items.count + grant.evicted.reduce(0) { $0 + 1 + $1.items.count }
                if done > work, !some.isEmpty { return some }
                some.grants.append(grant)
            }
            return some
        }

        package static func == (left: Service, right: Service) -> Bool {
            left.grants == right.grants && left.hopeless.elementsEqual(right.hopeless) { $0 == $1 }
        }
    }

    /// What becomes of a new request.
    package enum Verdict: Sendable, Equatable {
        /// Holdings that are taken back for it come first.
        case granted(Fitting, evicted: [Holding])
        /// With how many before it.
        case waits(ahead: Int)
        /// Not now, and it does not wait.
        case refused(String)
        /// Never, as the pools are.
        case impossible(String)
    }

    // MARK: - The queue

    /// Serves whoever waits, as far as it goes.
    ///
    /// One whose turn it is preempts as a new request does. Who can never be served as the pools are holds nobody back.
    ///
    /// - Parameter holdings: what may be taken back; without them nothing is.
    package mutating func serve(holdings: [Holding] = []) -> Service {
        self.holdings = holdings
        return serveAll(keeping: nil)
    }

    /// Whether somebody who waits could be served by what others hold, as far as can be seen without looking at it: it is of more than
    /// the least priority, or has not all of its quota of what it wants.
    package var mayPreempt: Bool {
        ledger.queue.contains { waiting in
            waiting.request.priority > 1
                || waiting.request.pools.contains { id in
                    guard let quota = ledger.pools[id]?.definition.quotas[waiting.requester] else { return false }
                    return ledger.used(waiting.requester, id) < quota
                }
        }
    }

    /// - Parameter kept: one that stays in the queue though it is hopeless.
    private mutating func serveAll(keeping kept: String?) -> Service {
        var service = Service()
        service.hopeless = dropHopeless(but: kept)
        while true {
            let round = serveInTurn()
            // A grant raises the share of who has it: what it held back before may be another's turn now.
            guard !round.isEmpty else { return service }
            service.grants += round
        }
    }

    /// Whatever comes back, these get nothing.
    private mutating func dropHopeless(but kept: String?) -> [(waiting: Waiting, reason: String)] {
        var hopeless: [(waiting: Waiting, reason: String)] = []
        let empty = ledger.emptied
        for waiting in ledger.queue where waiting.id != kept {
            guard let reason = Fitting.impossibility(waiting.request, waiting.requester, in: empty) else { continue }
            hopeless.append((waiting, reason))
        }
        let ids = Set(hopeless.map(\.waiting.id))
        ledger.queue.removeAll { ids.contains($0.id) }
        return hopeless
    }

    /// Asks each of those that wait once.
    private mutating func serveInTurn() -> [Grant] {
        var grants: [Grant] = []
        var turns = Turns(ledger.queue, in: ledger)
        held = []
        while let waiting = turns.next(in: ledger) {
            guard let grant = grant(waiting) else { continue }
            grants.append(grant)
            turns.sharesChanged()
        }
        let served = Set(grants.map(\.waiting.id))
        ledger.queue.removeAll { served.contains($0.id) }
        return grants
    }

    /// Of what is free, or else of what may be taken back; nil: it cannot be served, and holds back what it wants.
    private mutating func grant(_ waiting: Waiting) -> Grant? {
        let pools = waiting.request.pools
        if held.isDisjoint(with: pools) {
            if let fitting = Fitting.of(waiting.request, waiting.requester, in: ledger) {
                ledger.give(fitting.items, to: waiting.requester)
                return Grant(waiting: waiting, fitting: fitting, evicted: [])
            }
            if let (fitting, evicted) = preempt(for: waiting) {
                return Grant(waiting: waiting, fitting: fitting, evicted: evicted)
            }
        }
        held.formUnion(pools)
        return nil
    }

    // MARK: - A new request

    /// Serves the queue with a new request in it.
    ///
    /// - Parameter holdings: what may be taken back for it, or for one before it, if anything.
    package mutating func admit(_ new: Waiting, holdings: [Holding] = []) -> (verdict: Verdict, others: Service) {
        self.holdings = holdings
        ledger.queue.append(new)
        var others = serveAll(keeping: new.id)
        if let own = others.grants.firstIndex(where: { $0.waiting.id == new.id }) {
            let grant = others.grants.remove(at: own)
            return (.granted(grant.fitting, evicted: grant.evicted), others)
        }
        if let reason = Fitting.impossibility(new.request, new.requester, in: ledger.emptied) {
            return (.impossible(reason), others + serve(without: new))
        }
        guard new.request.wait > 0 else {
            let reason = refusal(of: new)
            return (.refused(reason), others + serve(without: new))
        }
        return (.waits(ahead: ahead(of: new)), others)
    }

    /// Whom it held back may have their turn now.
    private mutating func serve(without new: Waiting) -> Service {
        ledger.queue.removeAll { $0.id == new.id }
        return serveAll(keeping: nil)
    }

    private func refusal(of new: Waiting) -> String {
        let shortages = Fitting(new.request, new.requester, in: ledger).shortages
        guard shortages.isEmpty else {
            return shortages.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
        }
        return "others wait for \(held.intersection(new.request.pools).sorted().joined(separator: ", ")) before it"
    }

    /// How many of those that wait for any of the same pools have their turn before it.
    package func ahead(of new: Waiting) -> Int {
        let pools = new.request.pools
        var turns = Turns(ledger.queue.filter { !$0.request.pools.isDisjoint(with: pools) }, in: ledger)
        var count = 0
        while let next = turns.next(in: ledger), next.id != new.id { count += 1 }
        return count
    }

    // MARK: - Preemption

    /// Takes back the fewest that must go: of the lowest priority the youngest first.
    ///
    /// For a higher priority first; else also what is lent of the quota of who asks, who then gets no more than that quota, and of
    /// pools in which it has none only what is free and kept for nobody.
    private mutating func preempt(for new: Waiting) -> (Fitting, [Holding])? {
        preempt(for: new, isWithinQuota: false) ?? preempt(for: new, isWithinQuota: true)
    }

    private mutating func preempt(for new: Waiting, isWithinQuota: Bool) -> (Fitting, [Holding])? {
        let pools = new.request.pools
        let candidates = holdings.filter { holding in
            holding.isPreemptible && !pools.isDisjoint(with: holding.items.keys)
                && (holding.priority < new.request.priority || isWithinQuota && holding.requester != new.requester)
        }.sorted {
            ($0.priority, -$0.grantedAt, $0.id) < ($1.priority, -$1.grantedAt, $1.id)
        }
        guard !candidates.isEmpty else { return nil }
        let limits = isWithinQuota ? Fitting.ownLimits(pools, new.requester, in: ledger) : nil
        func fit(_ ledger: Ledger) -> Fitting? {
            Fitting.of(new.request, new.requester, in: ledger, upTo: limits)
        }
        // Most often not even all of it would do.
        var most = ledger
        for holding in candidates { most.takeBack(holding.items, from: holding.requester) }
        guard fit(most) != nil else { return nil }
        var trial = ledger
        var evicted: [Holding] = []
        var gone: Set<String> = []
        // What is borrowed as a whole before what is partly its holder's own.
        for isOwnKept in [true, false] where evicted.isEmpty || fit(trial) == nil {
            for holding in candidates where !gone.contains(holding.id) && evicted.count < Self.mostTried {
                guard mayGo(holding, for: new, in: trial, isWithinQuota, isOwnKept: isOwnKept) else { continue }
                trial.takeBack(holding.items, from: holding.requester)
                evicted.append(holding)
                gone.insert(holding.id)
                if fit(trial) != nil { break }
            }
        }
        guard !evicted.isEmpty, fit(trial) != nil else { return nil }
        // Some of them may not have been needed; the oldest is spared first.
        for holding in evicted.reversed() {
            var spared = trial
            spared.give(holding.items, to: holding.requester)
            guard fit(spared) != nil else { continue }
            trial = spared
            evicted.removeAll { $0.id == holding.id }
        }
        guard let fitting = fit(trial), evicted.count <= Self.mostEvicted,
            evicted.reduce(0, { $0 + $1.items.count }) <= Self.mostEvictedPools
        else { return nil }
        ledger = trial
        ledger.give(fitting.items, to: new.requester)
        gone = Set(evicted.map(\.id))
        holdings.removeAll { gone.contains($0.id) }
        return (fitting, evicted)
    }

    /// Whether a preemptible holding may be taken back as the ledger is now.
    ///
    /// - For a higher priority, where its holder keeps its quota of every pool all the same. What a requester uses within its quota is
    ///   its own, whatever others want, and whatever it wants itself: for a request of its own that goes which asks for
    ///   as much of it, and stays within the quota.
    /// - For a requester that stays within its quota of a pool, where the holder uses more than its own of it. One that is
    ///   partly its holder's own goes as a whole, as there is no other way to give the other its quota.
    ///
    /// So requesters never throw each other out in turn: what is given by a quota can only be taken back once its holder has
    /// borrowed beyond it, and what is borrowed can only be had of what is free, or by a higher priority of what is borrowed, too.
    private func mayGo(
        _ holding: Holding,
        for new: Waiting,
        in ledger: Ledger,
        _ isWithinQuota: Bool,
        isOwnKept: Bool
    ) -> Bool {
        let isOther = holding.requester != new.requester
        let keepsOwn = keepsOwn(holding, in: ledger)
        if holding.priority < new.request.priority {
            if keepsOwn || isWithinQuota && !isOther && self.keepsOwn(holding, for: new, in: ledger) { return true }
        }
        guard isWithinQuota, isOther, keepsOwn || !isOwnKept else { return false }
        let pools = new.request.pools
        return holding.items.keys.contains { id in
            guard pools.contains(id), let definition = ledger.pools[id]?.definition,
                let quota = definition.quotas[new.requester], ledger.used(new.requester, id) < quota
            else { return false }
            return ledger.used(holding.requester, id) > definition.quotas[holding.requester] ?? .zero
        }
    }

    /// Whether its holder keeps its quota of every pool without a holding.
    ///
    /// - Parameter new: what the holder gets for it; then it keeps also what it uses of its quota as far as it asks for that again.
    private func keepsOwn(_ holding: Holding, for new: Waiting? = nil, in ledger: Ledger) -> Bool {
        holding.items.allSatisfy { id, amount in
            let quota = ledger.pools[id]?.definition.quotas[holding.requester] ?? .zero
            let used = ledger.used(holding.requester, id)
            guard let new else { return quota == .zero || used - amount >= quota }
            let want = new.request.wants[id].flatMap { $0.anyOf.isEmpty ? $0.minimum : nil } ?? .zero
            return used - amount + want >= min(quota, self.ledger.used(holding.requester, id))
        }
    }
}

extension Allocator.Service {
    static func + (left: Self, right: Self) -> Self {
        Self(grants: left.grants + right.grants, hopeless: left.hopeless + right.hopeless)
    }

    /// All that is taken back.
    package var evicted: [Holding] { grants.flatMap(\.evicted) }
}
