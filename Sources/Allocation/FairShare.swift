import NovaContract

/// Weighted dominant shares.
///
/// After Ghodsi et al., "Dominant Resource Fairness: Fair Allocation of Multiple Resource Types", NSDI 2011, section 4: a
/// requester's dominant share is the largest part it holds of any pool, each part divided by its weight for that pool.
package enum FairShare {
    /// Over the pools of some groups; 0 for who holds nothing.
    ///
    /// A pool without capacity does not count.
    package static func dominant(of requester: String, groups: Set<String>, in ledger: Ledger) -> Double {
        var share = 0.0
        for (id, amount) in ledger.used[requester] ?? [:] where amount > .zero {
            guard let definition = ledger.pools[id]?.definition, groups.contains(definition.group),
                definition.capacity > .zero
            else { continue }
            let weight = definition.weights[requester] ?? 1
            share = max(share, amount.double / (definition.capacity.double * weight))
        }
        return share
    }

    /// The groups that a request's pools belong to.
    static func groups(of request: AllocateRequest, in ledger: Ledger) -> Set<String> {
        Set(request.pools.compactMap { ledger.pools[$0]?.definition.group })
    }
}

extension AllocateRequest {
    /// All that it may be given of.
    package var pools: Set<String> {
        Set(wants.flatMap { name, want in want.anyOf.isEmpty ? [name] : want.anyOf })
    }
}
