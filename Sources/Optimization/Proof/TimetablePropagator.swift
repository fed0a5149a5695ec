/// Draws what the use of resources over time says about starts and options.
///
/// A step runs for certain between its latest start and its earliest finish; where others that certainly run leave too little, it can
/// not run (time-table reasoning). Everything is explained by what runs at one moment (Schutt, Feydy, Stuckey, Wallace,
/// Explaining the cumulative propagator, Constraints 16, 2011).
struct TimetablePropagator {
    /// A step that is pushed past a piece of time by so many times its duration goes there in one step, for a reason that holds in
    /// fewer cases than one moment after the other.
    private static let mostMoments = 8

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
                explain(from: moment, to: moment, resource, above: capacity, but: -1)
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
            // It can not run from the first to the last of these moments, and must end before or start after them.
            let first = min(end, start + holder.duration) - 1
            let isFar = (end - start) / holder.duration > Self.mostMoments
            let last = isFar ? end - 1 : first
            explain(from: first, to: last, resource, above: room, but: holder.step)
            literals.append(.atLeast(holder.step, first - holder.duration + 1))
            holder.explain(resource, model, into: &literals)
            // A piece without an end leaves it no start at all.
            let next = end < Int.max ? last + 1 : holder.most + 1
            guard trail.raise(.atLeast(holder.step, next), trail.store(literals)) else { return false }
            start = next
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
            let last = max(begins[piece], start)
            let isFar = (start - begins[piece]) / holder.duration > Self.mostMoments
            let first = isFar ? begins[piece] : last
            explain(from: first, to: last, resource, above: room, but: holder.step)
            literals.append(.atMost(holder.step, last))
            holder.explain(resource, model, into: &literals)
            guard trail.raise(.atMost(holder.step, first - holder.duration), trail.store(literals)) else {
                return false
            }
            start = first - holder.duration
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
        for mode in model.modes(of: holder.step) where model.isPossible(mode, trail) {
            let amount = model.amounts[mode * model.resourceCount + resource]
            let finish = holder.least + model.durations[mode]
            guard amount > 0, amount + highest > capacity, holder.most < finish else { continue }
            var piece = max(0, piece(at: holder.most))
            while piece < begins.count, begins[piece] < finish {
                let end = piece + 1 < begins.count ? begins[piece + 1] : Int.max
                guard end > holder.most, othersHeight(piece, holder) > capacity - amount else {
                    piece += 1
                    continue
                }
                let moment = max(begins[piece], holder.most)
                explain(from: moment, to: moment, resource, above: capacity - amount, but: holder.step)
                literals.append(.atMost(holder.step, moment))
                literals.append(.atLeast(holder.step, moment - model.durations[mode] + 1))
                guard trail.raise(model.excluded(mode), trail.store(literals)) else { return false }
                break
            }
        }
        return true
    }

    // MARK: - Explanations

    /// Steps that run from one moment to another and together, with what is not there, hold more than `room`; as few as will do.
    ///
    /// Both moments are in the same piece of time.
    private mutating func explain(
        from first: Int,
        to last: Int,
        _ resource: Int,
        above room: Int,
        but given: Int
    ) {
        literals.removeAll(keepingCapacity: true)
        var surplus = -room - 1
        for outage in model.outages[resource] where outage.from <= first && last < outage.to {
            surplus += outage.amount
        }
        func runs(_ holder: ResourceHolder) -> Bool {
            holder.amount > 0 && holder.step != given && holder.most <= first && last < holder.earliestFinish
        }
        for holder in holders where runs(holder) { surplus += holder.amount }
        for holder in holders where runs(holder) {
            guard holder.amount > surplus else {
                surplus -= holder.amount
                continue
            }
            literals.append(.atMost(holder.step, first))
            literals.append(.atLeast(holder.step, last - holder.duration + 1))
            holder.explain(resource, model, into: &literals)
        }
    }
}
