/// Which waiting claim is next.
///
/// Plain state: asked under a lock; a wake is put into a stream's buffer, which waits for nobody.
struct ClaimQueue {
    private struct Claim {
        let space: [String]
        let agentID: String
        let wake: AsyncStream<UInt64?>.Continuation
        /// Asleep, so that it may be woken; those awake are asking already.
        var isResting = false
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
        wake: AsyncStream<UInt64?>.Continuation
    ) -> UInt64 {
        last += 1
        let space = [owner, domain]
        claims[last] = Claim(space: space, agentID: agentID, wake: wake)
        orders[space, default: []].append(last)
        return last
    }

    mutating func leave(_ id: UInt64) {
        guard let claim = claims.removeValue(forKey: id) else { return }
        orders[claim.space]?.removeAll { $0 == id }
        if orders[claim.space]?.isEmpty == true { orders[claim.space] = nil }
        claim.wake.finish()
    }

    /// - Returns: false where nobody waits any more.
    mutating func rest(_ id: UInt64) -> Bool {
        guard !isClosed, claims[id] != nil else { return false }
        claims[id]?.isResting = true
        return true
    }

    /// The claim's time is over; it passes nothing on.
    mutating func wake(_ id: UInt64) {
        guard claims[id]?.isResting == true else { return }
        claims[id]?.isResting = false
        claims[id]?.wake.yield(nil)
    }

    /// Something is ready: for this agent, or for the first of the space that can do it.
    mutating func ready(owner: String, domain: String, agentID: String?) {
        let space = [owner, domain]
        guard let agentID else { return next(in: space, after: 0, upTo: last) }
        for id in orders[space] ?? [] where claims[id]?.agentID == agentID { wake(id) }
    }

    mutating func pass(after id: UInt64, upTo last: UInt64) {
        guard let space = claims[id]?.space else { return }
        next(in: space, after: id, upTo: last)
    }

    private mutating func next(in space: [String], after: UInt64, upTo last: UInt64) {
        let waiting = orders[space]?.first { $0 > after && $0 <= last && claims[$0]?.isResting == true }
        guard let waiting else { return }
        claims[waiting]?.isResting = false
        claims[waiting]?.wake.yield(last)
    }

    mutating func wakeAll() {
        for id in claims.keys { wake(id) }
    }

    mutating func close() {
        isClosed = true
        wakeAll()
    }
}
