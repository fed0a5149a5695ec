import AsyncPrimitives

/// Whose turn it is to ask, of the claims that wait.
///
/// Plain state: asked under a lock; a wake is a signal, which waits for nobody.
///
/// What becomes ready is one turn, given to one claim. A claim that asks uses its turn; where that brings nothing, or it
/// leaves with a turn that it did not use, the next that has waited since before the turn gets it.
package struct ClaimQueue {
    private struct Claim {
        let space: [String]
        let agentID: String
        let wake: AsyncSignal
        /// Asleep; else it is asking, or about to.
        var isResting = false
        /// Of turns: the last claim that they may be passed on to.
        var given: UInt64?
        var used: UInt64?
    }

    private var claims: [UInt64: Claim] = [:]
    /// By owner and domain, in the order in which they came.
    private var orders: [[String]: [UInt64]] = [:]
    private var last: UInt64 = 0
    private(set) var isClosed = false

    var count: Int { claims.count }

    mutating func enter(
        owner: String,
        domain: String,
        agentID: String,
        wake: AsyncSignal
    ) -> UInt64 {
        last += 1
        let space = [owner, domain]
        claims[last] = Claim(space: space, agentID: agentID, wake: wake)
        orders[space, default: []].append(last)
        return last
    }

    mutating func leave(_ id: UInt64, isServed: Bool) {
        guard let claim = claims.removeValue(forKey: id) else { return }
        orders[claim.space]?.removeAll { $0 == id }
        if orders[claim.space]?.isEmpty == true { orders[claim.space] = nil }
        if let used = claim.used, !isServed { give(claim.space, after: id, upTo: used) }
        if let given = claim.given { give(claim.space, after: id, upTo: given) }
    }

    // MARK: - One claim

    mutating func ask(_ id: UInt64) {
        guard let given = claims[id]?.given else { return }
        claims[id]?.used = given
        claims[id]?.given = nil
    }

    mutating func pass(_ id: UInt64) {
        guard let claim = claims[id], let used = claim.used else { return }
        claims[id]?.used = nil
        give(claim.space, after: id, upTo: used)
    }

    /// - Returns: false where it is not to wait: it was given a turn while it asked, or nobody waits any more.
    mutating func rest(_ id: UInt64) -> Bool {
        guard !isClosed, let claim = claims[id], claim.given == nil else { return false }
        claims[id]?.isResting = true
        return true
    }

    mutating func wake(_ id: UInt64) {
        guard claims[id]?.isResting == true else { return }
        claims[id]?.isResting = false
        claims[id]?.wake.signal()
    }

    /// It is to ask again, whoever's turn it is: its agent has room now, or its client is gone.
    mutating func nudge(_ id: UInt64) {
        // Where it asks just now, it will not rest; a turn of its own is nobody else's to use.
        if claims[id]?.given == nil { claims[id]?.given = 0 }
        wake(id)
    }

    // MARK: - All

    /// Something is ready: for this agent, or for the first of the space that can do it.
    mutating func ready(owner: String, domain: String, agentID: String?) {
        let space = [owner, domain]
        guard let agentID else { return give(space, after: 0, upTo: last) }
        for id in orders[space] ?? [] where claims[id]?.agentID == agentID { nudge(id) }
    }

    private mutating func give(_ space: [String], after: UInt64, upTo last: UInt64) {
        let next = orders[space]?.first { $0 > after && $0 <= last && claims[$0]?.given == nil }
        guard let next else { return }
        claims[next]?.given = last
        wake(next)
    }

    mutating func wakeAll() {
        for id in claims.keys { wake(id) }
    }

    mutating func close() {
        isClosed = true
        wakeAll()
    }
}
