import NovaContract

/// Decides who gets what: strict priorities first, then the lowest weighted dominant share, then who waits longest.
///
/// Whoever cannot be served holds back the pools it wants from those behind it, so that nobody is starved by smaller requests
/// of its priority. Pure: it changes a ledger of its own, and tells what is to be booked.
package struct Allocator: Sendable {
    package private(set) var ledger: Ledger
    /// Pools that somebody waits for who cannot be served.
    private var held: Set<String> = []

    package init(_ ledger: Ledger) { self.ledger = ledger }

    package struct Grant: Sendable, Equatable {
        package let waiting: Waiting
        package let fitting: Fitting
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
    package mutating func serve() -> [Grant] {
        var grants: [Grant] = []
        while true {
            let round = serveInTurn()
            // A grant raises the share of who has it: what it held back before may be another's turn now.
            guard !round.isEmpty else { return grants }
            grants += round
        }
    }

    /// Asks each of those that wait once.
    private mutating func serveInTurn() -> [Grant] {
        var grants: [Grant] = []
        var turns = Turns(ledger.queue, in: ledger)
        held = []
        while let waiting = turns.next(in: ledger) {
            guard let fitting = fit(waiting) else { continue }
            grants.append(Grant(waiting: waiting, fitting: fitting))
            ledger.give(fitting.items, to: waiting.requester)
        }
        let served = Set(grants.map(\.waiting.id))
        ledger.queue.removeAll { served.contains($0.id) }
        return grants
    }

    private mutating func fit(_ waiting: Waiting) -> Fitting? {
        let pools = waiting.request.pools
        if held.isDisjoint(with: pools),
            let fitting = Fitting.of(waiting.request, waiting.requester, in: ledger)
        {
            return fitting
        }
        held.formUnion(pools)
        return nil
    }

    // MARK: - A new request

    /// Serves the queue with a new request in it.
    ///
    /// - Parameter holdings: what may be taken back for it, if anything.
    package mutating func admit(_ new: Waiting, holdings: [Holding] = []) -> (verdict: Verdict, grants: [Grant]) {
        ledger.queue.append(new)
        var grants = serve()
        if let own = grants.firstIndex(where: { $0.waiting.id == new.id }) {
            let grant = grants.remove(at: own)
            return (.granted(grant.fitting, evicted: []), grants)
        }
        if let (fitting, evicted) = preempt(for: new, holdings) {
            return (.granted(fitting, evicted: evicted), grants + serve(without: new))
        }
        if let reason = Fitting.impossibility(new.request, new.requester, in: ledger) {
            return (.impossible(reason), grants + serve(without: new))
        }
        guard new.request.wait > 0 else {
            let reason = refusal(of: new)
            return (.refused(reason), grants + serve(without: new))
        }
        return (.waits(ahead: ahead(of: new)), grants)
    }

    /// Whom it held back may have their turn now.
    private mutating func serve(without new: Waiting) -> [Grant] {
        ledger.queue.removeAll { $0.id == new.id }
        return serve()
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

    /// The fewest that must go: of the lowest priority the youngest first.
    private mutating func preempt(for new: Waiting, _ holdings: [Holding]) -> (Fitting, [Holding])? {
        let candidates = holdings.filter { mayGo($0, for: new) }.sorted {
            ($0.priority, -$0.grantedAt, $0.id) < ($1.priority, -$1.grantedAt, $1.id)
        }
        guard !candidates.isEmpty, !isBehindOthers(new) else { return nil }
        var trial = ledger
        var evicted: [Holding] = []
        for holding in candidates {
            trial.takeBack(holding.items, from: holding.requester)
            evicted.append(holding)
            if Fitting.of(new.request, new.requester, in: trial) != nil { break }
        }
        guard Fitting.of(new.request, new.requester, in: trial) != nil else { return nil }
        // Some of them may not have been needed; the oldest is spared first.
        for holding in evicted.reversed() {
            var spared = trial
            spared.give(holding.items, to: holding.requester)
            guard spared.pools.values.allSatisfy({ $0.allocated <= $0.definition.capacity }),
                Fitting.of(new.request, new.requester, in: spared) != nil
            else { continue }
            trial = spared
            evicted.removeAll { $0.id == holding.id }
        }
        guard let fitting = Fitting.of(new.request, new.requester, in: trial) else { return nil }
        ledger.pools = trial.pools
        ledger.used = trial.used
        ledger.give(fitting.items, to: new.requester)
        return (fitting, evicted)
    }

    /// Whether somebody who waits for the same has its turn before it.
    private func isBehindOthers(_ new: Waiting) -> Bool { ahead(of: new) > 0 }

    /// A preemptible holding goes for a higher priority, or where it is lent from the quota of who asks.
    private func mayGo(_ holding: Holding, for new: Waiting) -> Bool {
        guard holding.isPreemptible, !new.request.pools.isDisjoint(with: holding.items.keys) else { return false }
        if holding.priority < new.request.priority { return true }
        guard holding.requester != new.requester else { return false }
        return holding.items.keys.contains { id in
            guard new.request.pools.contains(id), let definition = ledger.pools[id]?.definition,
                let quota = definition.quotas[new.requester]
            else { return false }
            let isWithin = ledger.used(new.requester, id) < quota
            return isWithin && ledger.used(holding.requester, id) > definition.quotas[holding.requester] ?? .zero
        }
    }
}
