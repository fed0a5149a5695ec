/// Draws what the use of resources over time says about starts and options.
///
/// A step runs for certain between its latest start and its earliest finish; where others that certainly run leave too little, it can
/// not run (time-table reasoning). Everything is explained by what runs at one moment (Schutt, Feydy, Stuckey, Wallace,
/// Explaining the cumulative propagator, Constraints 16, 2011).
struct TimetablePropagator {
    private struct Change {
        let time: Int
        let amount: Int
    }

    private let model: ProofModel
    /// By resource: what is not there for certain.
    private let outages: [[Change]]
    private var holders: [ResourceHolder] = []
    private var changes: [Change] = []
    // Pieces of time: when each begins, and how much is held then.
    private var begins: [Int] = []
    private var heights: [Int] = []
    private var literals: [BoundLiteral] = []

    init(_ model: ProofModel) {
        self.model = model
        outages = model.outages.map { outages in
            outages.flatMap { outage in
                [Change(time: outage.from, amount: outage.amount)]
                    + (outage.to < Int.max ? [Change(time: outage.to, amount: -outage.amount)] : [])
            }
        }
    }

    /// False: there is too little of the resource.
    mutating func propagate(_ resource: Int, _ trail: inout BoundTrail) -> Bool {
        collect(resource, trail)
        buildProfile(resource)
        let capacity = model.capacities[resource]
        var highest = 0
        for place in heights.indices where heights[place] > highest {
            highest = heights[place]
            guard highest <= capacity else {
                let moment = begins[place]
                explain(at: moment, resource, above: capacity, but: -1)
                return trail.fail(trail.store(literals))
            }
        }
        for holder in holders {
            guard holder.amount + highest > capacity || model.hasChoice(holder.step) else { continue }
            if holder.amount > 0, holder.least < holder.most {
                guard delay(holder, resource, &trail), advance(holder, resource, &trail) else { return false }
            }
            if model.hasChoice(holder.step) {
                guard exclude(holder, resource, highest, &trail) else { return false }
            }
        }
        return true
    }

    private mutating func collect(_ resource: Int, _ trail: BoundTrail) {
        holders.removeAll(keepingCapacity: true)
        for step in model.holders[resource] { holders.append(ResourceHolder(step, resource, model, trail)) }
    }

    private mutating func buildProfile(_ resource: Int) {
        changes.removeAll(keepingCapacity: true)
        changes.append(contentsOf: outages[resource])
        for holder in holders where holder.amount > 0 {
            let certain = holder.certain
            guard !certain.isEmpty else { continue }
            changes.append(Change(time: certain.lowerBound, amount: holder.amount))
            changes.append(Change(time: certain.upperBound, amount: -holder.amount))
        }
        changes.sort { $0.time < $1.time }
        begins.removeAll(keepingCapacity: true)
        heights.removeAll(keepingCapacity: true)
        var height = 0
        var place = 0
        while place < changes.count {
            let time = changes[place].time
            while place < changes.count, changes[place].time == time {
                height += changes[place].amount
                place += 1
            }
            begins.append(time)
            heights.append(height)
        }
    }

    /// The piece of time that a moment is in; −1: before the first.
    private func piece(at moment: Int) -> Int {
        var low = 0
        var high = begins.count
        while low < high {
            let middle = (low + high) / 2
            if begins[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// What others certainly hold in a piece.
    private func othersHeight(_ piece: Int, _ holder: ResourceHolder) -> Int {
        heights[piece] - (holder.certain.contains(begins[piece]) ? holder.amount : 0)
    }

    private mutating func delay(_ holder: ResourceHolder, _ resource: Int, _ trail: inout BoundTrail) -> Bool {
        let room = model.capacities[resource] - holder.amount
        var start = holder.least
        var piece = max(0, piece(at: start))
        while piece < begins.count, begins[piece] < start + holder.duration {
            let end = piece + 1 < begins.count ? begins[piece + 1] : Int.max
            guard end > start, othersHeight(piece, holder) > room else {
                piece += 1
                continue
            }
            // It can not run at this moment, and must end before or start after it.
            let moment = min(end, start + holder.duration) - 1
            explain(at: moment, resource, above: room, but: holder.step)
            literals.append(.atLeast(holder.step, moment - holder.duration + 1))
            holder.explain(resource, model, into: &literals)
            guard trail.raise(.atLeast(holder.step, moment + 1), trail.store(literals)) else { return false }
            start = moment + 1
            if end <= start { piece += 1 }
        }
        return true
    }

    private mutating func advance(_ holder: ResourceHolder, _ resource: Int, _ trail: inout BoundTrail) -> Bool {
        let room = model.capacities[resource] - holder.amount
        var start = holder.most
        var piece = piece(at: start + holder.duration - 1)
        while piece >= 0 {
            let end = piece + 1 < begins.count ? begins[piece + 1] : Int.max
            guard end > start else { return true }
            guard begins[piece] < start + holder.duration, othersHeight(piece, holder) > room else {
                piece -= 1
                continue
            }
            let moment = max(begins[piece], start)
            explain(at: moment, resource, above: room, but: holder.step)
            literals.append(.atMost(holder.step, moment))
            holder.explain(resource, model, into: &literals)
            guard trail.raise(.atMost(holder.step, moment - holder.duration), trail.store(literals)) else {
                return false
            }
            start = moment - holder.duration
            if begins[piece] >= start + holder.duration { piece -= 1 }
        }
        return true
    }

    /// Options in which the step would hold too much while it certainly runs.
    private mutating func exclude(
        _ holder: ResourceHolder,
        _ resource: Int,
        _ highest: Int,
        _ trail: inout BoundTrail
    ) -> Bool {
        let capacity = model.capacities[resource]
        for way in model.ways(of: holder.step) where model.isPossible(way, trail) {
            let amount = model.amounts[way * model.resourceCount + resource]
            let finish = holder.least + model.durations[way]
            guard amount > 0, amount + highest > capacity, holder.most < finish else { continue }
            var piece = max(0, piece(at: holder.most))
            while piece < begins.count, begins[piece] < finish {
                let end = piece + 1 < begins.count ? begins[piece + 1] : Int.max
                guard end > holder.most, othersHeight(piece, holder) > capacity - amount else {
                    piece += 1
                    continue
                }
                let moment = max(begins[piece], holder.most)
                explain(at: moment, resource, above: capacity - amount, but: holder.step)
                literals.append(.atMost(holder.step, moment))
                literals.append(.atLeast(holder.step, moment - model.durations[way] + 1))
                guard trail.raise(model.excluded(way), trail.store(literals)) else { return false }
                break
            }
        }
        return true
    }

    // MARK: - Explanations

    /// Steps that run at a moment and together, with what is not there, hold more than `room`; as few as will do.
    private mutating func explain(at moment: Int, _ resource: Int, above room: Int, but given: Int) {
        literals.removeAll(keepingCapacity: true)
        var surplus = -room - 1
        for outage in model.outages[resource] where outage.from <= moment && moment < outage.to {
            surplus += outage.amount
        }
        for holder in holders where holder.amount > 0 && holder.step != given && holder.certain.contains(moment) {
            surplus += holder.amount
        }
        for holder in holders where holder.amount > 0 && holder.step != given && holder.certain.contains(moment) {
            guard holder.amount > surplus else {
                surplus -= holder.amount
                continue
            }
            literals.append(.atMost(holder.step, moment))
            literals.append(.atLeast(holder.step, moment - holder.duration + 1))
            holder.explain(resource, model, into: &literals)
        }
    }
}
