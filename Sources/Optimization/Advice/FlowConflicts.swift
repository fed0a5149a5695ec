/// Why a flow has no schedule: a smallest set of constraints that cannot be kept together.
struct FlowConflicts {
    private struct Part {
        let conflict: InfeasibleFlow.Conflict
        /// Leaves it out.
        let relax: (inout Draft) -> Void
    }

    /// A flow in the making.
    private struct Draft {
        var steps: [FlowStep]
        var capacity: [String: Capacity]
        var constraints: FlowConstraints
    }

    /// Of looking for lags that contradict each other.
    private static let mostRounds = 1_000
    /// After so many branchings, or conflicts of clauses, it is not proven that there is no schedule.
    private static let nodes = 20_000
    private static let conflicts = 5_000

    private let flow: Flow
    private let order: [Int]

    init(_ flow: Flow, order: [Int]) {
        self.flow = flow
        self.order = order
    }

    /// Takes out constraints, half of them at once, then smaller parts, and leaves out for good those without which there still is
    /// no schedule (the deletion filter; Chinneck, Dravnieks, Locating minimal infeasible constraint sets in linear programs, ORSA
    /// Journal on Computing 3, 1991; halved as in Junker, QuickXplain, AAAI 2004).
    ///
    /// - Parameters:
    ///   - deadline: then it is given up.
    ///   - isInfeasible: whether it is certain that a flow has no schedule.
    func minimal(until deadline: ContinuousClock.Instant, _ isInfeasible: (Flow) -> Bool) -> InfeasibleFlow {
        var present = flow
        var needed: [InfeasibleFlow.Conflict] = []
        var isComplete = true
        func filter(_ parts: ArraySlice<Part>) {
            guard ContinuousClock.now < deadline else {
                isComplete = false
                return
            }
            var draft = Draft(steps: present.steps, capacity: present.capacity, constraints: present.constraints)
            for part in parts { part.relax(&draft) }
            let relaxed = present.with(steps: draft.steps, capacity: draft.capacity, constraints: draft.constraints)
            guard relaxed != present else { return }
            if isInfeasible(relaxed) {
                present = relaxed
            } else if parts.count == 1 {
                needed += parts.map(\.conflict)
            } else {
                let middle = (parts.startIndex + parts.endIndex) / 2
                filter(parts[..<middle])
                filter(parts[middle...])
            }
        }
        let parts = parts
        // What holds for the whole flow is asked about last, so that it is named rather than single steps.
        for group in parts where !group.isEmpty { filter(group[...]) }
        return InfeasibleFlow(conflicts: needed.reversed(), isProven: true, isComplete: isComplete)
    }

    // MARK: - Certainty

    /// Without a search: no option is allowed, budgets do not suffice, lags contradict each other, or the bound passes the
    /// deadline.
    func isSurely(infeasible flow: Flow) -> Bool {
        let network = Network(flow, order: order)
        return isSurely(infeasible: flow, network, LowerBound(network, TimeWindows(network)))
    }

    /// The same of a flow whose network and bound are at hand.
    func isSurely(infeasible flow: Flow, _ network: Network, _ bound: LowerBound) -> Bool {
        guard (0..<network.count).allSatisfy({ !network.modes.of($0).isEmpty }) else { return true }
        let budgets = network.budgets.count
        for budget in 0..<budgets {
            let least = (0..<network.count).reduce(0) { sum, step in
                sum + (network.modes.of(step).map { network.modes.uses[$0 * budgets + budget] }.min() ?? 0)
            }
            if least > network.budgets[budget].limit { return true }
        }
        let windows = TimeWindows(network)
        if (0..<network.count).contains(where: { windows.heads[$0] > network.latest[$0] }) { return true }
        if begunIsTooBad(flow) || lagsContradict(network) { return true }
        return bound.units > network.deadline
    }

    /// Whether least and greatest lags make starts rise for ever; false too where that takes long to see.
    private func lagsContradict(_ network: Network) -> Bool {
        guard network.links.hasMaximum else { return false }
        let durations = (0..<network.count).map { step in
            let all = network.modes.of(step).map { network.modes.durations[$0] }
            return (least: all.min() ?? 0, most: all.max() ?? 0)
        }
        var heads = network.releases
        for round in 0...network.count {
            guard round < Self.mostRounds else { return false }
            var isChanged = false
            for step in 0..<network.count {
                for link in network.links.before[step] {
                    let least = link.minimum + (link.isFromFinish ? durations[link.other].least : 0)
                    if heads[link.other] + least > heads[step] {
                        heads[step] = heads[link.other] + least
                        isChanged = true
                    }
                    guard link.maximum < Int.max else { continue }
                    let most = link.maximum + (link.isFromFinish ? durations[link.other].most : 0)
                    if heads[step] - most > heads[link.other] {
                        heads[link.other] = heads[step] - most
                        isChanged = true
                    }
                }
            }
            if !isChanged { return false }
        }
        return true
    }

    /// Whether the quality of what has begun is below the least there may be.
    private func begunIsTooBad(_ flow: Flow) -> Bool {
        guard let least = flow.constraints.minimumQuality, least.measure == .minimum else { return false }
        return flow.steps.contains { step in
            guard let progress = step.progress else { return false }
            let option = step.options.first { $0.name == progress.option } ?? step.options[0]
            return option.quality.map { $0 < least.value - FlowTotals.qualityTolerance } ?? false
        }
    }

    /// Also by trying everything.
    func isProven(infeasible flow: Flow, _ budget: SearchBudget) -> Bool {
        if isSurely(infeasible: flow) { return true }
        let network = Network(flow, order: order)
        var budget = budget
        // Greatest lags that contradict each other are found faster by what they are between.
        guard ClauseSearch.canTry(network), !network.links.hasMaximum else {
            let tables = NetworkTables(network)
            let scoring = Scoring(tables, measure: flow.constraints.minimumQuality?.measure ?? .mean)
            let search = ForbiddenSetSearch(network, scoring, stopsAtFirst: true)
            var effort = Self.nodes
            if case .exhausted = search.improve(below: nil, least: 0, effort: &effort, &budget) { return true }
            return false
        }
        return ClauseSearch(network).run(conflicts: Self.conflicts, &budget) == .exhausted
    }

    // MARK: - Constraints

    /// Those a person can give up, the ones that are most likely part of the answer last.
    private var parts: [[Part]] {
        [releases, maximumLags, capacities, dependencies, minimumLags, totals]
    }

    private var totals: [Part] {
        var parts: [Part] = []
        func add(
            _ path: [FlowIssue.PathElement],
            _ message: String,
            _ change: @escaping (inout FlowConstraints) -> Void
        ) {
            parts.append(
                Part(conflict: .init(path: path, message: message)) { change(&$0.constraints) }
            )
        }
        let constraints = flow.constraints
        for (name, amount) in constraints.budgets.sorted(by: { $0.key < $1.key }) {
            let text = "the budget of \"\(name)\" is \(FixedPoint.text(amount))"
            add([.constraint("budgets"), .key(name)], text) { $0.budgets[name] = nil }
        }
        if let quality = constraints.minimumQuality {
            let text = "the \(quality.measure.rawValue) quality must be at least \(quality.value)"
            add([.constraint("min_quality")], text) { $0.minimumQuality = nil }
        }
        if let cost = constraints.maximumCost {
            add([.constraint("max_cost")], "the cost must be at most \(FixedPoint.text(cost))") { $0.maximumCost = nil }
        }
        if let deadline = constraints.deadline {
            add([.constraint("deadline")], "the deadline is \(FixedPoint.text(deadline)) s") { $0.deadline = nil }
        }
        return parts
    }

    private var capacities: [Part] {
        flow.capacity.sorted { $0.key < $1.key }.map { name, capacity in
            let text =
                capacity.isConstant
                ? "there is only \(FixedPoint.text(capacity.most)) of \"\(name)\""
                : "there is at most \(FixedPoint.text(capacity.most)) of \"\(name)\", and not at all times"
            return Part(conflict: .init(path: [.key("capacity"), .key(name)], message: text)) {
                $0.capacity[name] = nil
            }
        }
    }

    private func steps(
        where isMeant: (FlowStep) -> Bool,
        _ key: String,
        _ message: (FlowStep) -> String,
        _ change: @escaping (FlowStep) -> FlowStep
    ) -> [Part] {
        flow.steps.enumerated().filter { isMeant($0.element) }.map { place, step in
            let path: [FlowIssue.PathElement] = [.key("steps"), .index(place), .key(key)]
            return Part(conflict: .init(path: path, message: message(step))) {
                $0.steps[place] = change($0.steps[place])
            }
        }
    }

    private var releases: [Part] {
        steps(where: { $0.release > 0 }, "release") { step in
            "\"\(step.id)\" may not start before \(FixedPoint.text(step.release)) s"
        } _: {
            $0.with(release: 0)
        }
    }

    private var maximumLags: [Part] {
        steps(where: { $0.lags.contains { $0.maximum != nil } }, "dependencies") { step in
            "\"\(step.id)\" must not start too long after what it waits for"
        } _: { step in
            step.with(lags: step.lags.map { StepLag(step: $0.step, from: $0.origin, minimum: $0.minimum) })
        }
    }

    private var minimumLags: [Part] {
        steps(where: { $0.lags.contains { $0.minimum > 0 } }, "dependencies") { step in
            "\"\(step.id)\" must not start too soon after what it waits for"
        } _: { step in
            step.with(lags: step.lags.map { StepLag(step: $0.step, from: $0.origin, maximum: $0.maximum) })
        }
    }

    private var dependencies: [Part] {
        steps(where: { !$0.dependencies.isEmpty }, "dependencies") { step in
            "\"\(step.id)\" waits for " + step.dependencies.prefix(6).map { "\"\($0)\"" }.joined(separator: ", ")
        } _: {
            $0.with(dependencies: [])
        }
    }
}
