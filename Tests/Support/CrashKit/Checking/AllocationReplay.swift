package import NovaContract

/// Replays what is told of allocations, one event after the other, and finds what may never be.
package struct AllocationReplay: Sendable {
    private let capacities: [String: Int]
    package private(set) var faults: [String] = []
    package private(set) var grants = 0
    /// Given now, by pool.
    package private(set) var allocated: [String: Int] = [:]
    private var held: [String: [String: Int]] = [:]

    /// - Parameter capacities: of the pools, which do not change meanwhile.
    package init(capacities: [String: Int]) { self.capacities = capacities }

    /// Takes a message of the WebSocket; others than of allocations are passed over.
    package mutating func take(_ message: JSONValue) {
        guard message["type"] != "gap" else { return faults.append("events are missing") }
        let data = message["data"] ?? .null
        guard let name = message["event"]?.stringValue, let id = data["allocation_id"]?.stringValue else { return }
        let items = (data["allocated"]?.objectValue ?? [:]).dictionary(\.intValue)
        switch name {
        case "allocation.granted": give(items, id)
        case "allocation.released", "allocation.expired", "allocation.preempted", "allocation.superseded":
            takeBack(items, id)
        default: break
        }
    }

    private mutating func give(_ items: [String: Int], _ id: String) {
        grants += 1
        if held.updateValue(items, forKey: id) != nil { faults.append("\(id) was granted twice") }
        for (pool, amount) in items {
            allocated[pool, default: 0] += amount
            if allocated[pool, default: 0] > capacities[pool] ?? 0 { faults.append("too much of \(pool) is given") }
        }
    }

    private mutating func takeBack(_ items: [String: Int], _ id: String) {
        // One that only waited held nothing.
        let known = held.removeValue(forKey: id) ?? [:]
        if known != items { faults.append("\(id) held \(known), and \(items) came back") }
        for (pool, amount) in items {
            allocated[pool, default: 0] -= amount
            if allocated[pool, default: 0] < 0 { faults.append("less than nothing of \(pool) is given") }
        }
    }
}
