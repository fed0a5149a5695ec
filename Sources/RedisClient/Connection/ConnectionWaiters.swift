import NIOCore

/// Commands that wait for a connection: bounded in number, each handed out exactly once.
///
/// Plain state, under the connection's lock; one timer on the event loop serves all deadlines.
struct ConnectionWaiters<Waiter> {
    private struct Place {
        let waiter: Waiter
        let deadline: NIODeadline
    }

    private let limit: Int
    private var places: [UInt64: Place] = [:]
    private var lastID: UInt64 = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// The identifier is for `leave`.
    ///
    /// Nil if as many as may are waiting already.
    mutating func enter(_ waiter: Waiter, deadline: NIODeadline) -> UInt64? {
        guard places.count < limit else { return nil }
        lastID += 1
        places[lastID] = Place(waiter: waiter, deadline: deadline)
        return lastID
    }

    mutating func leave(_ id: UInt64) -> Waiter? {
        places.removeValue(forKey: id)?.waiter
    }

    mutating func leaveAll() -> [Waiter] {
        defer { places.removeAll() }
        return places.values.map(\.waiter)
    }

    mutating func expire(now: NIODeadline) -> [Waiter] {
        let expired = places.filter { $0.value.deadline <= now }
        for id in expired.keys { places.removeValue(forKey: id) }
        return expired.values.map(\.waiter)
    }

    var earliestDeadline: NIODeadline { places.values.lazy.map(\.deadline).min() ?? .distantFuture }
}
