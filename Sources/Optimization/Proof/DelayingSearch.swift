/// Proves that no schedule of a middle-sized flow is shorter, or finds one, where every step has one mode and all it depends on is that
/// others have finished and constant capacities (the resource-constrained project scheduling problem).
///
/// The procedure of Demeulemeester and Herroelen (A Branch-and-Bound Procedure for the Multiple Resource-Constrained Project
/// Scheduling Problem, Management Science 38, 1992): time goes from one finish to the next, all that can start is started, and
/// where resources do not suffice for it, the search branches over the smallest sets of running steps whose delay makes them
/// suffice. What an earlier, finished branch could do at least as well is not done again (cutset dominance).
final class DelayingSearch: ExactSearch {
    /// Sets of steps are kept in so many bits.
    private static let maximumSteps = 128
    /// Sets of running steps looked at in one branching, and states kept for comparison.
    private static let maximumSets = 10_000
    private static let maximumStates = 400_000
    /// Sets looked at for each branching that is allowed, on average: where there are more the search is given up.
    private static let setsPerNode = 10

    /// Branchings of the last attempt.
    private(set) var nodes = 0
    /// Starts of the shortest schedule that the last attempt found; nil: none.
    private var best: [Int]?
    /// Nothing is shorter than that; 0: that is not known.
    private var exhaustedBelow = 0
    private var makespan = 0
    private var goal = 0
    private var maximumNodes = 0
    private var setsLeft = 0
    private let count: Int
    private let durations: [Int]
    private let predecessors: [[Int]]
    private let capacities: [Int]
    private let tails: [Int]
    private let resourceCount: Int
    /// Of resource r by step s: `demands[s * resourceCount + r]`.
    private let demands: [Int]
    private var states: [StepSet: [Reached]] = [:]
    private var stateCount = 0

    /// Whether it is such a network, and its steps and its work are few enough.
    static func canTry(_ network: Network) -> Bool {
        guard (1...maximumSteps).contains(network.count), network.isMakespan, network.begun.isEmpty,
            network.supply.times.count == 1, network.budgets.isEmpty,
            network.releases.allSatisfy({ $0 == 0 }), network.latest.allSatisfy({ $0 == Int.max }),
            (0..<network.count).allSatisfy({ network.modes.of($0).count == 1 }),
            network.links.before.joined().allSatisfy({ $0.isFromFinish && $0.minimum == 0 && $0.maximum == Int.max })
        else { return false }
        let length = network.modes.durations.reduce(0, +)
        return network.supply.most.allSatisfy { !$0.multipliedReportingOverflow(by: max(1, length)).overflow }
    }

    /// - Parameter network: one that ``canTry(_:)``.
    init(_ network: Network) {
        count = network.count
        durations = network.modes.durations
        predecessors = network.links.before.map { $0.map(\.other) }
        capacities = network.supply.most
        tails = TimeWindows(network).tailsBehindFinish(network)
        let resources = network.supply.names.count
        resourceCount = resources
        demands = (0..<network.count).flatMap { step in
            (0..<resources).map { network.modes.amount(step, of: $0) }
        }
    }

    /// It never goes on where it was, but begins anew with more branchings.
    var isGivenUp: Bool { false }
    var lowerBound: Int { 0 }

    /// The effort is counted in branchings; they do not count as schedules of the budget.
    func improve(
        below score: Score?,
        least: Int,
        effort: inout Int,
        _ budget: inout SearchBudget
    ) -> ExactSearchEnd {
        makespan = score?.makespan ?? durations.reduce(1, +)
        if makespan <= exhaustedBelow { return .exhausted }
        guard effort > 0, budget.allowsMore() else { return .paused }
        best = nil
        goal = least
        nodes = 0
        maximumNodes = effort
        setsLeft = effort.multipliedReportingOverflow(by: Self.setsPerNode).overflow ? .max : effort * Self.setsPerNode
        effort = 0
        states = [:]
        stateCount = 0
        let isExhausted = explore(Partial(count: count), &budget)
        states = [:]
        if isExhausted { exhaustedBelow = makespan }
        if let best { return .improved(starts: best, modes: Array(0..<count)) }
        return isExhausted ? .exhausted : .paused
    }

    // MARK: - States

    private struct Partial {
        /// −1: not started.
        var finishes: [Int]
        var started = StepSet()
        var time = 0

        init(count: Int) { finishes = [Int](repeating: -1, count: count) }
    }

    /// A state whose branches were all looked at.
    private struct Reached {
        let time: Int
        /// Running then: the steps and their finishes, in turns.
        let running: [Int]
    }

    /// False when it was given up.
    private func explore(_ given: Partial, _ budget: inout SearchBudget) -> Bool {
        var partial = given
        var passed: [(StepSet, Reached)] = []
        while true {
            guard makespan > goal else { return true }
            let (eligible, running) = look(partial)
            guard !eligible.isEmpty else {
                guard let next = running.map({ partial.finishes[$0] }).min() else {
                    take(partial)
                    return keep(passed)
                }
                partial.time = next
                continue
            }
            guard eligible.allSatisfy({ partial.time + durations[$0] + tails[$0] < makespan }),
                hasRoom(partial, running)
            else { return keep(passed) }
            // Steps of no duration hold nothing, and let others start at the same time.
            let instant = eligible.filter { durations[$0] == 0 }
            guard instant.isEmpty else {
                start(instant, &partial)
                continue
            }
            if isDominated(partial) { return keep(passed) }
            passed.append((partial.started, reached(partial, running)))

            let all = running + eligible
            let excess = excess(of: all)
            if excess.allSatisfy({ $0 <= 0 }) {
                start(eligible, &partial)
                partial.time = all.map { partial.finishes[$0] }.min() ?? partial.time
                continue
            }
            return branch(partial, running, eligible, excess, &budget) ? keep(passed) : false
        }
    }

    /// What can start now, and what is running.
    private func look(_ partial: Partial) -> (eligible: [Int], running: [Int]) {
        var eligible: [Int] = []
        var running: [Int] = []
        for step in 0..<count {
            let finish = partial.finishes[step]
            if finish > partial.time {
                running.append(step)
            } else if finish < 0 {
                let isReady = predecessors[step].allSatisfy {
                    let finish = partial.finishes[$0]
                    return finish >= 0 && finish <= partial.time
                }
                if isReady { eligible.append(step) }
            }
        }
        return (eligible, running)
    }

    private func start(_ steps: [Int], _ partial: inout Partial) {
        for step in steps {
            partial.finishes[step] = partial.time + durations[step]
            partial.started.insert(step)
        }
    }

    private func take(_ partial: Partial) {
        let length = partial.finishes.max() ?? 0
        guard length < makespan else { return }
        makespan = length
        best = partial.finishes.indices.map { partial.finishes[$0] - durations[$0] }
    }

    // MARK: - Bounds

    /// Whether what is left of the work on each resource fits between now and the makespan to be beaten.
    private func hasRoom(_ partial: Partial, _ running: [Int]) -> Bool {
        for resource in 0..<resourceCount {
            var work = 0
            for step in 0..<count where partial.finishes[step] < 0 {
                work += demands[step * resourceCount + resource] * durations[step]
            }
            for step in running {
                work += demands[step * resourceCount + resource] * (partial.finishes[step] - partial.time)
            }
            if work > (makespan - 1 - partial.time) * capacities[resource] { return false }
        }
        return true
    }

    private func excess(of steps: [Int]) -> [Int] {
        (0..<resourceCount).map { resource in
            steps.reduce(-capacities[resource]) { $0 + demands[$1 * resourceCount + resource] }
        }
    }

    // MARK: - Dominance

    private func reached(_ partial: Partial, _ running: [Int]) -> Reached {
        Reached(time: partial.time, running: running.flatMap { [$0, partial.finishes[$0]] })
    }

    /// Whether a state that was looked at had the same steps started, no later, and what ran then was done by now or no later
    /// than here.
    private func isDominated(_ partial: Partial) -> Bool {
        states[partial.started, default: []].contains { other in
            guard other.time <= partial.time else { return false }
            return stride(from: 0, to: other.running.count, by: 2).allSatisfy { place in
                other.running[place + 1] <= max(partial.time, partial.finishes[other.running[place]])
            }
        }
    }

    /// Keeps states that were looked at to their end; true.
    private func keep(_ passed: [(StepSet, Reached)]) -> Bool {
        for (started, reached) in passed where stateCount < Self.maximumStates {
            states[started, default: []].append(reached)
            stateCount += 1
        }
        return true
    }

    // MARK: - Branching

    private struct Alternative {
        let delayed: [Int]
        let next: Int
        let bound: Int
        let tails: Int
    }

    private func branch(
        _ partial: Partial,
        _ running: [Int],
        _ eligible: [Int],
        _ excess: [Int],
        _ budget: inout SearchBudget
    ) -> Bool {
        nodes += 1
        guard nodes <= maximumNodes, budget.allowsMore() else { return false }
        guard let alternatives = alternatives(partial, running, eligible, excess) else { return false }
        for alternative in alternatives where alternative.bound < makespan {
            guard makespan > goal else { return true }
            var child = partial
            start(eligible, &child)
            for step in alternative.delayed {
                child.finishes[step] = -1
                child.started.remove(step)
            }
            child.time = alternative.next
            guard explore(child, &budget) else { return false }
        }
        return true
    }

    /// The smallest sets whose delay makes the resources suffice, the most promising first; nil: there are too many.
    private func alternatives(
        _ partial: Partial,
        _ running: [Int],
        _ eligible: [Int],
        _ excess: [Int]
    ) -> [Alternative]? {
        var finishes = partial.finishes
        for step in eligible { finishes[step] = partial.time + durations[step] }
        let all = running + eligible
        let earliest = all.map { finishes[$0] }.min() ?? 0
        let overloaded = (0..<resourceCount).filter { excess[$0] > 0 }
        // Those that may start no later than at the next finish of another can be delayed at all.
        let candidates = all.filter { step in
            earliest + durations[step] + tails[step] < makespan
                && overloaded.contains { demands[step * resourceCount + $0] > 0 }
        }
        var found: [Alternative] = []
        var chosen: [Int] = []
        var left = excess
        var looked = 0
        // What all from a place on hold of each overloaded resource.
        var rest = [[Int]](repeating: excess.map { _ in 0 }, count: candidates.count + 1)
        for index in candidates.indices.reversed() {
            for resource in overloaded {
                rest[index][resource] =
                    rest[index + 1][resource] + demands[candidates[index] * resourceCount + resource]
            }
        }

        func isMinimal() -> Bool {
            chosen.allSatisfy { step in
                overloaded.contains { left[$0] + demands[step * resourceCount + $0] > 0 }
            }
        }
        func add() {
            let delayed = Set(chosen)
            let next = all.filter { !delayed.contains($0) }.map { finishes[$0] }.min() ?? earliest
            let bound = chosen.map { next + durations[$0] + self.tails[$0] }.max() ?? 0
            guard bound < makespan else { return }
            let tails = chosen.reduce(0) { $0 + self.tails[$1] }
            found.append(Alternative(delayed: chosen, next: next, bound: bound, tails: tails))
        }
        /// False where there are too many.
        func choose(_ place: Int) -> Bool {
            looked += 1
            setsLeft -= 1
            guard looked <= Self.maximumSets, setsLeft > 0 else { return false }
            if overloaded.allSatisfy({ left[$0] <= 0 }) {
                if isMinimal() { add() }
                return true
            }
            guard overloaded.allSatisfy({ rest[place][$0] >= left[$0] }) else { return true }
            for index in place..<max(place, candidates.count) {
                let step = candidates[index]
                guard overloaded.contains(where: { left[$0] > 0 && demands[step * resourceCount + $0] > 0 }) else {
                    continue
                }
                for resource in overloaded { left[resource] -= demands[step * resourceCount + resource] }
                chosen.append(step)
                let goesOn = choose(index + 1)
                chosen.removeLast()
                for resource in overloaded { left[resource] += demands[step * resourceCount + resource] }
                guard goesOn else { return false }
            }
            return true
        }
        guard choose(0) else { return nil }
        return found.sorted { ($0.bound, $0.tails) < ($1.bound, $1.tails) }
    }
}

/// Steps as bits.
private struct StepSet: Hashable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    mutating func insert(_ step: Int) {
        if step < 64 { low |= 1 << UInt64(step) } else { high |= 1 << UInt64(step - 64) }
    }

    mutating func remove(_ step: Int) {
        if step < 64 { low &= ~(1 << UInt64(step)) } else { high &= ~(1 << UInt64(step - 64)) }
    }
}
