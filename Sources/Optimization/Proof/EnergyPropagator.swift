/// Draws what the work on a resource says: in no stretch of time can more be done than its length times the capacity.
///
/// Of a step that must lie in the stretch all work counts, of others what they certainly do there (time-table edge finding; Vilím,
/// CPAIOR 2011). Explained by the least that each does in the stretch (after Schutt, Feydy, Stuckey, Explaining time-table-edge-finding
/// propagation for the cumulative resource constraint, CPAIOR 2013).
struct EnergyPropagator {
    private let model: ProofModel
    private var holders: [ResourceHolder] = []
    private var byLeast: [Int] = []
    private var byFinish: [Int] = []
    /// What is certainly held before the earliest start, and before the latest finish, of each holder.
    private var workBeforeLeast: [Int] = []
    private var workBeforeFinish: [Int] = []
    private var literals: [BoundLiteral] = []

    init(_ model: ProofModel) {
        self.model = model
    }

    /// False: there is too little of the resource.
    mutating func propagate(_ resource: Int, _ trail: inout BoundTrail) -> Bool {
        collect(resource, trail)
        guard holders.count > 1 else { return true }
        return delay(resource, &trail) && advance(resource, &trail)
    }

    private mutating func collect(_ resource: Int, _ trail: BoundTrail) {
        holders.removeAll(keepingCapacity: true)
        for step in model.holders[resource] {
            let holder = ResourceHolder(step, resource, model, trail)
            if holder.amount > 0 { holders.append(holder) }
        }
        byLeast = holders.indices.sorted { (holders[$0].least, $0) < (holders[$1].least, $1) }
        byFinish = holders.indices.sorted { (holders[$0].latestFinish, $0) < (holders[$1].latestFinish, $1) }
        workBeforeLeast = holders.map { certainWork(before: $0.least, resource) }
        workBeforeFinish = holders.map { certainWork(before: $0.latestFinish, resource) }
    }

    private func certainWork(before time: Int, _ resource: Int) -> Int {
        var work = 0
        for holder in holders where holder.most < holder.earliestFinish && holder.most < time {
            work += holder.amount * (min(time, holder.earliestFinish) - holder.most)
        }
        for outage in model.outages[resource] where outage.from < time {
            work += outage.amount * (min(time, outage.to) - outage.from)
        }
        return work
    }

    private mutating func delay(_ resource: Int, _ trail: inout BoundTrail) -> Bool {
        let capacity = model.capacities[resource]
        var lastEnd = Int.max
        for last in byFinish.reversed() {
            let end = holders[last].latestFinish
            guard end < lastEnd else { continue }
            lastEnd = end
            var work = 0
            var candidate = -1
            var wanted = 0
            for place in byLeast.reversed() where holders[place].least < end {
                let holder = holders[place]
                if holder.latestFinish <= end {
                    work += holder.amount * holder.free
                } else {
                    let more = holder.amount * min(holder.free, end - holder.least)
                    if more > wanted { (candidate, wanted) = (place, more) }
                }
                let begin = holder.least
                let left = capacity * (end - begin) - (workBeforeFinish[last] - workBeforeLeast[place]) - work
                if left < 0 {
                    explain(from: begin, to: end, resource, but: -1, above: capacity * (end - begin))
                    return trail.fail(trail.store(literals))
                }
                guard left < wanted else { continue }
                let late = holders[candidate]
                let most = left / late.amount + late.certain(from: begin, to: end)
                guard most < late.duration, end - most > late.least else { continue }
                explain(
                    from: begin,
                    to: end,
                    resource,
                    but: candidate,
                    above: capacity * (end - begin) - late.amount * (most + 1)
                )
                literals.append(.atLeast(late.step, begin + most + 1 - late.duration))
                late.explain(resource, model, into: &literals)
                guard trail.raise(.atLeast(late.step, end - most), trail.store(literals)) else { return false }
            }
        }
        return true
    }

    private mutating func advance(_ resource: Int, _ trail: inout BoundTrail) -> Bool {
        let capacity = model.capacities[resource]
        var lastBegin = Int.min
        for first in byLeast {
            let begin = holders[first].least
            guard begin > lastBegin else { continue }
            lastBegin = begin
            var work = 0
            var candidate = -1
            var wanted = 0
            for place in byFinish where holders[place].latestFinish > begin {
                let holder = holders[place]
                if holder.least >= begin {
                    work += holder.amount * holder.free
                } else {
                    let more = holder.amount * min(holder.free, holder.latestFinish - begin)
                    if more > wanted { (candidate, wanted) = (place, more) }
                }
                let end = holder.latestFinish
                let left = capacity * (end - begin) - (workBeforeFinish[place] - workBeforeLeast[first]) - work
                guard left >= 0, left < wanted else { continue }
                let early = holders[candidate]
                let most = left / early.amount + early.certain(from: begin, to: end)
                guard most < early.duration, begin + most < early.latestFinish else { continue }
                explain(
                    from: begin,
                    to: end,
                    resource,
                    but: candidate,
                    above: capacity * (end - begin) - early.amount * (most + 1)
                )
                literals.append(.atMost(early.step, end - most - 1))
                early.explain(resource, model, into: &literals)
                guard trail.raise(.atMost(early.step, begin + most - early.duration), trail.store(literals)) else {
                    return false
                }
            }
        }
        return true
    }

    // MARK: - Explanations

    /// Steps that together, with what is not there, do more than `room` between two moments; as few and as little as will do.
    private mutating func explain(
        from begin: Int,
        to end: Int,
        _ resource: Int,
        but given: Int,
        above room: Int
    ) {
        literals.removeAll(keepingCapacity: true)
        var surplus = -room - 1
        for outage in model.outages[resource] where outage.from < end && begin < outage.to {
            surplus += outage.amount * (min(end, outage.to) - max(begin, outage.from))
        }
        for place in holders.indices where place != given {
            surplus += holders[place].amount * holders[place].least(from: begin, to: end)
        }
        for place in holders.indices where place != given {
            let holder = holders[place]
            var time = holder.least(from: begin, to: end)
            guard time > 0 else { continue }
            let spare = min(time, surplus / holder.amount)
            time -= spare
            surplus -= spare * holder.amount
            guard time > 0 else { continue }
            literals.append(.atLeast(holder.step, begin + time - holder.duration))
            literals.append(.atMost(holder.step, end - time))
            holder.explain(resource, model, into: &literals)
        }
    }
}
