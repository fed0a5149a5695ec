/// Draws what the work on a resource says: in no stretch of time can more be done than its length times the capacity.
///
/// Of a step that must lie in the stretch all work counts, of others what they certainly do there (time-table edge finding; Vilím,
/// CPAIOR 2011). Explained by the least that each does in the stretch (after Schutt, Feydy, Stuckey, Explaining time-table-edge-finding
/// propagation for the cumulative resource constraint, CPAIOR 2013).
struct EnergyPropagator {
    /// What a step with a choice does at least, whichever of its options it is: more than its shortest time by its least amount, where
    /// the options trade one for the other.
    private struct Whole {
        let work: Int
        /// It has finished by then.
        let finish: Int
        /// Because of a link with this lag to another step, or the end; nil: because of its latest start and its longest option.
        let link: (to: Int, lag: Int)?
        let longest: Int
    }

    private let model: ProofModel
    private var holders: [ResourceHolder] = []
    /// By holder; nil: it is its shortest time by its least amount.
    private var wholes: [Whole?] = []
    /// By holder, when it has finished.
    private var finishes: [Int] = []
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
        wholes.removeAll(keepingCapacity: true)
        finishes.removeAll(keepingCapacity: true)
        for step in model.holders[resource] {
            let holder = ResourceHolder(step, resource, model, trail)
            guard holder.amount > 0 else { continue }
            let whole = whole(holder, resource, trail)
            holders.append(holder)
            wholes.append(whole)
            finishes.append(whole?.finish ?? holder.latestFinish)
        }
        byLeast = holders.indices.sorted { (holders[$0].least, $0) < (holders[$1].least, $1) }
        byFinish = holders.indices.sorted { (finishes[$0], $0) < (finishes[$1], $1) }
        workBeforeLeast = holders.map { certainWork(before: $0.least, resource) }
        workBeforeFinish = finishes.map { certainWork(before: $0, resource) }
    }

    private func whole(_ holder: ResourceHolder, _ resource: Int, _ trail: BoundTrail) -> Whole? {
        guard model.hasChoice(holder.step) else { return nil }
        var work = Int.max
        for mode in model.modes(of: holder.step) where model.isPossible(mode, trail) {
            work = min(work, self.work(mode, resource))
        }
        guard work > holder.duration * holder.amount, work < Int.max else { return nil }
        let longest = model.longest(holder.step, trail)
        var whole = Whole(work: work, finish: holder.most + longest, link: nil, longest: longest)
        for number in model.edgesOf[holder.step] {
            let edge = model.edges[number]
            guard edge.from == holder.step, edge.isFromFinish, !edge.isMaximum else { continue }
            let finish = trail.most(edge.to) - edge.lag
            if finish < whole.finish {
                whole = Whole(work: work, finish: finish, link: (edge.to, edge.lag), longest: longest)
            }
        }
        return whole
    }

    private func work(_ mode: Int, _ resource: Int) -> Int {
        model.durations[mode] * model.amounts[mode * model.resourceCount + resource]
    }

    /// Of a holder that lies in a stretch, what it does there beside what it certainly does at known moments.
    private func freeWork(_ place: Int) -> Int {
        let holder = holders[place]
        return wholes[place].map { $0.work - holder.amount * holder.certain.count } ?? holder.amount * holder.free
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
            let end = finishes[last]
            guard end < lastEnd else { continue }
            lastEnd = end
            var work = 0
            var candidate = -1
            var wanted = 0
            for place in byLeast.reversed() where holders[place].least < end {
                let holder = holders[place]
                if finishes[place] <= end {
                    work += freeWork(place)
                } else if holder.latestFinish <= end {
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
            for place in byFinish where finishes[place] > begin {
                let holder = holders[place]
                if holder.least >= begin {
                    work += freeWork(place)
                } else {
                    let more = holder.amount * min(holder.free, max(0, holder.latestFinish - begin))
                    if more > wanted { (candidate, wanted) = (place, more) }
                }
                let end = finishes[place]
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
            surplus +=
                wholeWork(place, from: begin, to: end) ?? holders[place].amount
                * holders[place].least(from: begin, to: end)
        }
        for place in holders.indices where place != given {
            if let work = wholeWork(place, from: begin, to: end) {
                let less = holders[place].amount * holders[place].least(from: begin, to: end)
                guard work - less <= surplus else {
                    explainWhole(place, resource, from: begin, to: end)
                    continue
                }
                surplus -= work - less
            }
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

    /// Nil: it does not surely lie between the moments, or there is no more to say of it than of others.
    private func wholeWork(_ place: Int, from begin: Int, to end: Int) -> Int? {
        guard let whole = wholes[place], begin <= holders[place].least, whole.finish <= end else { return nil }
        return whole.work
    }

    /// Why all work of a holder is done between two moments, and no less.
    private mutating func explainWhole(_ place: Int, _ resource: Int, from begin: Int, to end: Int) {
        guard let whole = wholes[place] else { return }
        let step = holders[place].step
        literals.append(.atLeast(step, begin))
        literals.append(whole.link.map { .atMost($0.to, end + $0.lag) } ?? .atMost(step, end - whole.longest))
        for mode in model.modes(of: step)
        where work(mode, resource) < whole.work || whole.link == nil && model.durations[mode] > whole.longest {
            literals.append(model.excluded(mode))
        }
    }
}
