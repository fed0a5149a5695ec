import NovaContract

@testable import Allocation

/// Pools by id, of these whole capacities.
func ledger(_ capacities: [String: Int64], _ change: (inout ResourceDefinition) -> Void = { _ in }) -> Ledger {
    var ledger = Ledger()
    for (id, capacity) in capacities {
        var definition = ResourceDefinition(id: id, capacity: Amount(whole: capacity))
        change(&definition)
        ledger.pools[id] = Ledger.Pool(definition)
    }
    return ledger
}

/// All or nothing of these whole amounts.
func request(
    _ wants: [String: Int64],
    priority: Int = 1,
    wait: Double = 60,
    _ change: (inout AllocateRequest) -> Void = { _ in }
) -> AllocateRequest {
    var request = AllocateRequest(
        wants: wants.mapValues { .init(minimum: Amount(whole: $0), maximum: Amount(whole: $0)) },
        ttl: 60
    )
    request.priority = priority
    request.wait = wait
    change(&request)
    return request
}

func waiting(_ id: String, _ requester: String, _ request: AllocateRequest, since: Int64 = 0) -> Waiting {
    Waiting(id: id, requester: requester, request: request, since: since)
}

extension Ledger {
    /// What must always hold: nothing below zero or above the capacity, and all of it somebody's.
    var isSound: Bool {
        pools.allSatisfy { id, pool in
            let sum = used.values.reduce(Amount.zero) { $0 + ($1[id] ?? .zero) }
            return pool.allocated >= .zero && pool.allocated <= pool.definition.capacity && sum == pool.allocated
        } && used.values.allSatisfy { $0.values.allSatisfy { $0 >= .zero } }
    }
}
