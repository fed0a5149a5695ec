/// Turns a key for each step into a list that respects precedence, lower keys first.
///
/// - `serial`: of the steps whose predecessors are all listed, the one with the lowest key is next.
/// - `parallel`: time moves from finish to finish, and at each moment the waiting steps start, lowest key first, as long
///   as resources last (the parallel schedule generation scheme); the list is the order in which they start.
///   The serial scheme then generates that schedule from it, or a shorter one.
final class ListBuilder {
    enum Scheme {
        case serial
        case parallel
    }

    private struct Candidate: Comparable {
        let key: Double
        let step: Int

        static func < (left: Self, right: Self) -> Bool {
            left.key != right.key ? left.key < right.key : left.step < right.step
        }
    }

    private struct Finish: Comparable {
        let time: Int
        let step: Int

        static func < (left: Self, right: Self) -> Bool {
            left.time != right.time ? left.time < right.time : left.step < right.step
        }
    }

    private var waiting: [Int] = []
    private var free: [Int] = []
    /// Of each resource, what every step that takes time needs at least.
    private var leastDemands: [Int] = []
    private var counts: [Int] = []
    private var candidates = MinimumHeap<Candidate>()
    private var running = MinimumHeap<Finish>()
    /// By key; the parallel scheme looks at all of them at each moment.
    private var eligible: [Candidate] = []

    /// Fills `list` with all steps of `view`.
    func build(
        _ scheme: Scheme,
        _ keys: [Double],
        _ view: NetworkView,
        into list: UnsafeMutableBufferPointer<Int>
    ) {
        waiting.removeAll(keepingCapacity: true)
        for step in 0..<view.count {
            waiting.append(view.predecessorOffsets[step + 1] - view.predecessorOffsets[step])
        }
        switch scheme {
        case .serial: buildSerial(keys, view, into: list)
        case .parallel: buildParallel(keys, view, into: list)
        }
    }

    private func buildSerial(_ keys: [Double], _ view: NetworkView, into list: UnsafeMutableBufferPointer<Int>) {
        candidates.removeAll()
        for step in 0..<view.count where waiting[step] == 0 {
            candidates.insert(Candidate(key: keys[step], step: step))
        }
        var place = 0
        while let candidate = candidates.removeMinimum() {
            list[place] = candidate.step
            place += 1
            for arrow in view.successorOffsets[candidate.step]..<view.successorOffsets[candidate.step + 1] {
                let successor = view.successors[arrow]
                waiting[successor] -= 1
                if waiting[successor] == 0 { candidates.insert(Candidate(key: keys[successor], step: successor)) }
            }
        }
    }

    private func buildParallel(_ keys: [Double], _ view: NetworkView, into list: UnsafeMutableBufferPointer<Int>) {
        free.removeAll(keepingCapacity: true)
        free.append(contentsOf: view.capacities)
        findLeastDemands(view)
        running.removeAll()
        eligible.removeAll(keepingCapacity: true)
        for step in 0..<view.count where waiting[step] == 0 {
            eligible.append(Candidate(key: keys[step], step: step))
        }
        eligible.sort()
        var place = 0
        var now = 0
        while place < view.count {
            var kept = 0
            for index in eligible.indices {
                let candidate = eligible[index]
                if isSpent {
                    eligible.removeSubrange(kept..<index)
                    kept = eligible.count
                    break
                }
                if take(candidate.step, view) {
                    list[place] = candidate.step
                    place += 1
                    running.insert(Finish(time: now + view.durations[candidate.step], step: candidate.step))
                } else {
                    eligible[kept] = candidate
                    kept += 1
                }
            }
            eligible.removeLast(eligible.count - kept)
            guard let first = running.minimum else { return }
            now = first.time
            while let finished = running.minimum, finished.time == now {
                _ = running.removeMinimum()
                giveBack(finished.step, keys, view)
            }
        }
    }

    /// Whether no step that takes time can start now.
    ///
    /// Milestones are then left to the next moment, so that a long queue need not be looked through.
    private var isSpent: Bool {
        for resource in free.indices where free[resource] < leastDemands[resource] { return true }
        return false
    }

    private func findLeastDemands(_ view: NetworkView) {
        leastDemands.removeAll(keepingCapacity: true)
        leastDemands.append(contentsOf: repeatElement(Int.max, count: view.resourceCount))
        counts.removeAll(keepingCapacity: true)
        counts.append(contentsOf: repeatElement(0, count: view.resourceCount))
        var timed = 0
        for step in 0..<view.count where view.durations[step] > 0 {
            timed += 1
            for demand in view.demandOffsets[step]..<view.demandOffsets[step + 1] {
                let resource = view.demandResources[demand]
                leastDemands[resource] = min(leastDemands[resource], view.demandAmounts[demand])
                counts[resource] += 1
            }
        }
        for resource in counts.indices where counts[resource] < timed { leastDemands[resource] = 0 }
    }

    /// Takes what `step` needs, if all of it is free.
    private func take(_ step: Int, _ view: NetworkView) -> Bool {
        let demands = view.demandOffsets[step]..<view.demandOffsets[step + 1]
        for demand in demands where free[view.demandResources[demand]] < view.demandAmounts[demand] { return false }
        for demand in demands { free[view.demandResources[demand]] -= view.demandAmounts[demand] }
        return true
    }

    private func giveBack(_ step: Int, _ keys: [Double], _ view: NetworkView) {
        for demand in view.demandOffsets[step]..<view.demandOffsets[step + 1] {
            free[view.demandResources[demand]] += view.demandAmounts[demand]
        }
        for arrow in view.successorOffsets[step]..<view.successorOffsets[step + 1] {
            let successor = view.successors[arrow]
            waiting[successor] -= 1
            if waiting[successor] == 0 { insertEligible(Candidate(key: keys[successor], step: successor)) }
        }
    }

    private func insertEligible(_ candidate: Candidate) {
        var low = 0
        var high = eligible.count
        while low < high {
            let middle = (low + high) / 2
            if eligible[middle] < candidate { low = middle + 1 } else { high = middle }
        }
        eligible.insert(candidate, at: low)
    }
}
