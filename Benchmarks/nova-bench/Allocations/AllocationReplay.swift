import NovaContract
import Synchronization
import WebSocketClient

/// Replays what is told of allocations, and finds what may never be.
struct AllocationReplay {
    let capacity: Int
    private(set) var faults: [String] = []
    private(set) var grants = 0
    private var allocated: [String: Int] = [:]
    private var held: [String: [String: Int]] = [:]

    init(capacity: Int) { self.capacity = capacity }

    mutating func take(_ event: JSONValue) {
        guard event["type"]?.stringValue != "gap" else { return faults.append("events are missing") }
        let data = event["data"] ?? .null
        guard let name = event["event"]?.stringValue, let id = data["allocation_id"]?.stringValue else { return }
        let items = (data["allocated"]?.objectValue ?? [:]).compactMapValues(\.intValue)
        switch name {
        case "allocation.granted":
            grants += 1
            if held.updateValue(items, forKey: id) != nil { faults.append("\(id) was granted twice") }
            for (pool, amount) in items {
                allocated[pool, default: 0] += amount
                if allocated[pool, default: 0] > capacity { faults.append("too much of \(pool) is given") }
            }
        case "allocation.released", "allocation.expired", "allocation.preempted":
            guard held.removeValue(forKey: id) == items else { return faults.append("\(id) did not hold \(items)") }
            for (pool, amount) in items {
                allocated[pool, default: 0] -= amount
                if allocated[pool, default: 0] < 0 { faults.append("less than nothing of \(pool) is given") }
            }
        default: break
        }
    }
}
