/// Finds the best plan of a small network and proves it, or that there is none.
///
/// First a mode is fixed for each step; then each starts as early as links and releases allow, and where a set of steps asks for
/// more than there is, the search branches: of a smallest such set one step must wait for another to finish, or for the next
/// change of the capacity (Bartusch, Möhring, Radermacher, Scheduling project networks with resource constraints and time
/// windows, Annals of Operations Research 16, 1988). As no objective gets better when a step starts later, the earliest starts
/// without such a set are the best of their branch. That holds with greatest lags too.
final class ForbiddenSetSearch: ExactSearch {
    /// Decisions on one path; each takes room on the stack.
    private static let maximumDepth = 2_000
    /// Above, there is too much to begin with.
    static let maximumSteps = 40

    /// Better than the plan that was to be beaten; nil: there is none, or it was not found.
    private(set) var best: Plan?
    /// It has had its turn and did not come to its end: another would be the same again.
    private(set) var isGivenUp = false
    /// Nothing is better than `present`.
    private var isExhausted = false
    private(set) var nodes = 0
    private var maximumNodes = 0
    private var depth = 0
    private let network: Network
    private let scoring: Scoring
    private let stopsAtFirst: Bool
    /// Of the best plan: what is not better is not looked at.
    private var present: Score?
    /// By step; −1: not fixed.
    private var modes: [Int]
    private var budgetsLeft: [Int]
    private let order: [Int]
    private let leastUses: [Int]

    /// - Parameter stopsAtFirst: whether the first plan is good enough.
    init(_ network: Network, _ scoring: Scoring, stopsAtFirst: Bool = false) {
        self.stopsAtFirst = stopsAtFirst
        self.network = network
        self.scoring = scoring
        let budgets = network.budgets.count
        let steps = 0..<network.count
        modes = steps.map { network.modes.of($0).count == 1 ? network.modes.offsets[$0] : -1 }
        order = steps.filter { network.modes.of($0).count != 1 }
        let modes = network.modes
        leastUses = steps.flatMap { step in
            (0..<budgets).map { budget in modes.of(step).map { modes.uses[$0 * budgets + budget] }.min() ?? 0 }
        }
        let leastUses = leastUses
        budgetsLeft = (0..<budgets).map { budget in
            steps.reduce(network.budgets[budget].limit) { $0 - leastUses[$1 * budgets + budget] }
        }
    }

    var lowerBound: Int { 0 }

    /// The effort is counted in branchings; it has one turn.
    func improve(
        below score: Score?,
        least: Int,
        effort: inout Int,
        _ budget: inout SearchBudget
    ) -> ExactSearchEnd {
        if isExhausted { return .exhausted }
        guard !isGivenUp, effort > 0, budget.allowsMore() else { return .paused }
        if let score, score.isSound { present = score }
        maximumNodes = effort
        effort = 0
        let isPossible =
            budgetsLeft.allSatisfy { $0 >= 0 } && order.allSatisfy { !network.modes.of($0).isEmpty }
        isExhausted = !isPossible || fix(0, &budget)
        isGivenUp = !isExhausted
        if let best { return .improved(starts: best.starts, modes: best.modes) }
        return isExhausted ? .exhausted : .paused
    }

    // MARK: - Modes

    /// False when it was given up.
    private func fix(_ place: Int, _ budget: inout SearchBudget) -> Bool {
        guard isWorthIt(&budget) else { return nodes <= maximumNodes && budget.end == nil }
        guard place < order.count else {
            depth = 0
            return separate(Order(releases: network.releases, arrows: []), &budget)
        }
        let step = order[place]
        let budgets = network.budgets.count
        for mode in network.modes.of(step).sorted(by: { network.modes.durations[$0] < network.modes.durations[$1] }) {
            let more = (0..<budgets).map { network.modes.uses[mode * budgets + $0] - leastUses[step * budgets + $0] }
            guard more.indices.allSatisfy({ budgetsLeft[$0] >= more[$0] }) else { continue }
            modes[step] = mode
            for index in more.indices { budgetsLeft[index] -= more[index] }
            let goesOn = fix(place + 1, &budget)
            for index in more.indices { budgetsLeft[index] += more[index] }
            modes[step] = -1
            guard goesOn else { return false }
        }
        return true
    }

    /// Whether what is fixed may still become better than the best.
    private func isWorthIt(_ budget: inout SearchBudget) -> Bool {
        nodes += 1
        guard nodes <= maximumNodes, budget.allowsMore() else { return false }
        guard let heads = heads(Order(releases: network.releases, arrows: [])) else { return false }
        return mayBeBetter(heads)
    }

    private func duration(_ step: Int) -> Int {
        if modes[step] >= 0 { return network.modes.durations[modes[step]] }
        return network.modes.of(step).reduce(Int.max) { min($0, network.modes.durations[$1]) }
    }

    /// By the earliest starts, and for steps without a fixed mode the best they could do.
    private func mayBeBetter(_ heads: [Int]) -> Bool {
        var length = network.begunFinish
        var lateness = 0.0
        for step in 0..<network.count {
            let finish = heads[step] + duration(step)
            length = max(length, finish)
            if finish > network.dues[step] { lateness += Double(finish - network.dues[step]) * network.weights[step] }
        }
        guard length <= network.deadline else { return false }
        guard let present else { return true }
        let (cost, quality) = (cost(), quality())
        let value = scoring.value(length, cost, quality, lateness)
        // Each figure is the best that could be: what is no better with all of them is no better.
        return Score(violation: 0, late: 0, value: value, makespan: length, cost: cost, quality: quality) < present
    }

    private func cost() -> Int {
        scoring.totals(
            (0..<network.count).map { step in
                modes[step] >= 0
                    ? modes[step]
                    : network.modes.of(step).min { network.modes.costs[$0] < network.modes.costs[$1] } ?? 0
            }
        ).cost
    }

    private func quality() -> Double {
        scoring.totals(
            (0..<network.count).map { step in
                modes[step] >= 0
                    ? modes[step]
                    : network.modes.of(step).max { network.modes.qualities[$0] ?? 1 < network.modes.qualities[$1] ?? 1 }
                        ?? 0
            }
        ).quality
    }

    // MARK: - Times

    /// What was decided: steps that wait for others to finish, and for moments.
    private struct Order {
        var releases: [Int]
        /// `to` starts when `from` has finished, or later.
        var arrows: [(from: Int, to: Int)]
    }

    /// Earliest starts; nil: there are none.
    private func heads(_ order: Order) -> [Int]? {
        var heads = order.releases
        var isChanged = true
        var rounds = 0
        func raise(_ step: Int, _ time: Int) {
            guard time > heads[step] else { return }
            heads[step] = time
            isChanged = true
        }
        while isChanged {
            isChanged = false
            rounds += 1
            // Times that still rise rise for ever.
            guard rounds <= network.count + 2 else { return nil }
            for step in 0..<network.count {
                for link in network.links.before[step] {
                    let length = link.isFromFinish ? duration(link.other) : 0
                    raise(step, heads[link.other] + length + link.minimum)
                    if link.maximum < Int.max { raise(link.other, heads[step] - latestLag(link)) }
                }
            }
            for arrow in order.arrows { raise(arrow.to, heads[arrow.from] + duration(arrow.from)) }
        }
        return (0..<network.count).allSatisfy { heads[$0] <= network.latest[$0] } ? heads : nil
    }

    /// From the start of the earlier step to that of the later one, at most.
    private func latestLag(_ link: Link) -> Int {
        guard link.isFromFinish else { return link.maximum }
        // Without a fixed mode the longest leaves most time.
        let longest =
            modes[link.other] >= 0
            ? network.modes.durations[modes[link.other]]
            : network.modes.of(link.other).reduce(0) { max($0, network.modes.durations[$1]) }
        return link.maximum + longest
    }

    private func separate(_ order: Order, _ budget: inout SearchBudget) -> Bool {
        nodes += 1
        depth += 1
        defer { depth -= 1 }
        guard nodes <= maximumNodes, depth <= Self.maximumDepth, budget.allowsMore(), !(stopsAtFirst && best != nil)
        else { return false }
        guard let heads = heads(order), mayBeBetter(heads) else { return true }
        guard let set = forbiddenSet(heads) else {
            take(heads)
            return true
        }
        for later in set.steps {
            for earlier in set.steps where earlier != later {
                var child = order
                child.arrows.append((earlier, later))
                guard separate(child, &budget) else { return false }
            }
            if let next = set.nextChange {
                var child = order
                child.releases[later] = max(child.releases[later], next)
                guard separate(child, &budget) else { return false }
            }
        }
        return true
    }

    private func take(_ starts: [Int]) {
        let score = scoring.score(starts: starts, modes: modes)
        guard best.map({ score < $0.score }) ?? true else { return }
        best = Plan(score: score, starts: starts, modes: modes)
        present = score
    }

    // MARK: - Forbidden sets

    /// Steps that together ask for more than there is at a moment, none of them too much.
    private struct ForbiddenSet {
        let steps: [Int]
        /// When there is more or less of it; nil: never after.
        let nextChange: Int?
    }

    /// The first there is; nil: all find what they need.
    private func forbiddenSet(_ starts: [Int]) -> ForbiddenSet? {
        let supply = network.supply
        let resources = supply.names.count
        let moments = Set(starts).union(supply.times).sorted()
        for moment in moments {
            let running = (0..<network.count).filter { starts[$0] <= moment && moment < starts[$0] + duration($0) }
            guard !running.isEmpty else { continue }
            let change = (supply.times.lastIndex { $0 <= moment }) ?? 0
            for resource in 0..<resources {
                // Less than nothing where steps that have begun hold more than there is.
                let available = max(0, supply.amounts[change * resources + resource])
                let amounts = running.map { ($0, network.modes.amount(modes[$0], of: resource)) }.filter { $0.1 > 0 }
                guard amounts.reduce(0, { $0 + $1.1 }) > available else { continue }
                // The greatest first, until they are too many.
                var chosen: [Int] = []
                var sum = 0
                for (step, amount) in amounts.sorted(by: { ($1.1, $0.0) < ($0.1, $1.0) }) where sum <= available {
                    chosen.append(step)
                    sum += amount
                }
                let next = supply.times.indices.first { later in
                    later > change && max(0, supply.amounts[later * resources + resource]) != available
                }
                return ForbiddenSet(steps: chosen, nextChange: next.map { supply.times[$0] })
            }
        }
        return nil
    }
}
