/// Finds the shortest plan of a network and proves it, or that there is none: branch and bound that learns a clause from each
/// conflict, so that the same mistake is not made twice (lazy clause generation; for project scheduling: Schutt, Feydy, Stuckey,
/// Wallace, Solving RCPSP/max by lazy clause generation, Journal of Scheduling 16, 2013).
///
/// It can be stopped and goes on where it was. What it has learned stays true while the makespan to be beaten only gets less.
/// Not `Sendable`: a search is one thread.
final class ClauseSearch: ExactSearch {
    struct Found {
        let makespan: Int
        let starts: [Int]
        let modes: [Int]
    }

    enum End {
        /// Everything was tried: nothing is better than the best that is known.
        case exhausted
        /// `best` is better than what was known.
        case improved
        case paused
    }

    /// Conflicts between one restart and the next, times the numbers of Luby.
    private static let conflictsPerRestart = 250
    /// After one of so many restarts it tries first whether all can end as early as is not excluded yet, which raises the bound.
    private static let restartsPerProbe = 3
    /// Clauses above which the worse half goes at a restart: at first, more after each time, and at most.
    private static let firstClauses = 2_000
    private static let moreClauses = 500
    private static let mostClauses = 20_000
    /// Clauses and literals with which it restarts at once, to throw some away.
    private static let fullClauses = 40_000
    private static let fullLiterals = 1_000_000
    /// Above, propagation takes too long to be of use.
    static let maximumSteps = 300
    private static let maximumModes = 2_000
    /// Looks at a resource or a step after which it looks at its time.
    private static let looksPerLook = 32
    /// Rises of bounds on one path.
    private static let maximumEntries = 200_000

    private(set) var best: Found?
    /// Conflicts so far.
    private(set) var conflicts = 0
    let model: ProofModel
    private(set) var clauses: ClauseStore
    private var trail: BoundTrail
    private var analysis: ConflictAnalysis
    private var atoms = AtomHeap()
    private let links: LinkPropagator
    private var timetable: TimetablePropagator
    private var energy: EnergyPropagator
    private let modes: ModePropagator
    private var isExhausted: Bool
    /// Greatest lags that contradict options raise bounds without end.
    private(set) var isGivenUp = false
    /// Entries that were propagated.
    private var head = 0
    private var resourcesToDo: [Bool]
    private var energyToDo: [Bool]
    private var stepsToDo: [Bool]
    private var budgetsToDo = false
    private var looks = 0
    private var conflictsLeft = conflictsPerRestart
    private var restarts = 1
    private var maximumClauses = firstClauses

    static func canTry(_ network: Network) -> Bool {
        network.count > 0 && network.count <= maximumSteps && network.modes.count <= maximumModes
    }

    /// - Parameters:
    ///   - network: one that ``canTry(_:)``.
    ///   - least: no plan is shorter.
    ///   - makespan: of the plan that is to be beaten; nil: any will do.
    init(_ network: Network, from least: Int = 0, below makespan: Int? = nil) {
        model = ProofModel(network, ends: least...max(least, makespan.map { $0 - 1 } ?? Int.max))
        isExhausted = model.isContradictory || makespan.map { $0 <= least } ?? false
        trail = BoundTrail(model.domains)
        clauses = ClauseStore(bounds: 2 * model.domains.count)
        analysis = ConflictAnalysis(model)
        links = LinkPropagator(model: model)
        timetable = TimetablePropagator(model)
        energy = EnergyPropagator(model)
        modes = ModePropagator(model)
        resourcesToDo = [Bool](repeating: true, count: model.resourceCount)
        energyToDo = [Bool](repeating: false, count: model.resourceCount)
        stepsToDo = [Bool](repeating: true, count: model.count + 1)
        budgetsToDo = true
    }

    /// No plan is shorter; of what is known for good, without what is being tried.
    var lowerBound: Int { trail.valueForGood(Int32(2 * model.end)) }

    /// Only shorter plans count from now on.
    func beat(_ makespan: Int) {
        guard !isExhausted, makespan <= model.domains[model.end].most else { return }
        backtrackToRoot()
        if !trail.raise(.atMost(model.end, makespan - 1), .decision) { isExhausted = true }
        _ = trail.takeConflict()
    }

    /// The effort is counted in conflicts.
    func improve(
        below score: Score?,
        least: Int,
        effort: inout Int,
        _ budget: inout SearchBudget
    ) -> ExactSearchEnd {
        guard !isGivenUp, effort > 0, budget.allowsMore() else { return .paused }
        if let score, score.isSound { beat(score.makespan) }
        let before = conflicts
        defer { effort -= conflicts - before }
        switch run(conflicts: effort, &budget) {
        case .improved: return best.map { .improved(starts: $0.starts, modes: $0.modes) } ?? .paused
        case .exhausted: return .exhausted
        case .paused: return .paused
        }
    }

    /// Goes on for so many conflicts, or until something better is found.
    func run(conflicts count: Int, _ budget: inout SearchBudget) -> End {
        let last = conflicts + count
        while !isExhausted {
            switch propagate(&budget) {
            case .interrupted: return .paused
            case .atRest: break
            case .conflict:
                conflicts += 1
                conflictsLeft -= 1
                guard learn() else {
                    isExhausted = true
                    return .exhausted
                }
                guard conflicts < last, budget.allowsMore() else { return .paused }
                continue
            }
            if conflictsLeft <= 0 || isFull { restart() }
            guard let decision = decision() else {
                take()
                return .improved
            }
            trail.decide(decision)
        }
        return .exhausted
    }

    private var isFull: Bool {
        clauses.count > Self.fullClauses || clauses.literalCount > Self.fullLiterals
    }

    /// What the work on resources says takes long to find and is only sometimes of use: it is asked every other time.
    private var usesEnergy: Bool { restarts % 2 == 0 }

    // MARK: - Propagation

    private enum Propagation {
        /// What was decided can not be.
        case conflict
        /// Nothing more follows.
        case atRest
        /// It goes on when it is called again, or not at all.
        case interrupted
    }

    private func propagate(_ budget: inout SearchBudget) -> Propagation {
        while true {
            if trail.entries.count >= Self.maximumEntries { isGivenUp = true }
            looks += 1
            if isGivenUp || looks % Self.looksPerLook == 0 && !budget.allowsMore() { return .interrupted }
            while head < trail.entries.count {
                let entry = trail.entries[head]
                head += 1
                guard clauses.propagate(entry, &trail) else { return .conflict }
                note(Int(entry.bound / 2))
            }
            if let step = stepsToDo.firstIndex(of: true) {
                stepsToDo[step] = false
                if step < model.count, model.hasChoice(step), !modes.propagate(step, &trail) { return .conflict }
                guard links.propagate(step, &trail) else { return .conflict }
            } else if budgetsToDo {
                budgetsToDo = false
                guard modes.keepBudgets(&trail) else { return .conflict }
            } else if let resource = resourcesToDo.firstIndex(of: true) {
                resourcesToDo[resource] = false
                guard timetable.propagate(resource, &trail) else { return .conflict }
                energyToDo[resource] = usesEnergy && model.isCountable[resource]
            } else if let resource = energyToDo.firstIndex(of: true) {
                energyToDo[resource] = false
                guard energy.propagate(resource, &trail) else { return .conflict }
            } else {
                return .atRest
            }
        }
    }

    /// A bound of this variable rose.
    private func note(_ variable: Int) {
        guard variable != model.end else {
            stepsToDo[model.count] = true
            return
        }
        let step = model.steps[variable]
        stepsToDo[step] = true
        for resource in model.resourcesOf[step] { resourcesToDo[resource] = true }
        if variable > model.end { budgetsToDo = !model.limits.isEmpty }
    }

    // MARK: - Conflicts

    /// Learns a clause from a conflict and goes back to where it says something; false: there is no such place.
    private func learn() -> Bool {
        guard let conflict = trail.takeConflict(), let learnt = analysis.learn(conflict, trail, clauses) else {
            return false
        }
        backtrack(to: learnt.level)
        for literal in learnt.literals { atoms.bump(literal) }
        atoms.decayAll()
        guard learnt.literals.count > 1 else { return trail.raise(learnt.literals[0], .decision) }
        let number = clauses.add(learnt.literals, lbd: learnt.lbd)
        return trail.raise(learnt.literals[0], .clause(number))
    }

    private func backtrack(to level: Int) {
        trail.backtrack(to: level)
        atoms.backtrack(to: level)
        head = trail.entries.count
        // What was to do was to do for what is gone; what is left was at rest but for its last level.
        for step in stepsToDo.indices { stepsToDo[step] = false }
        for resource in resourcesToDo.indices {
            resourcesToDo[resource] = false
            energyToDo[resource] = false
        }
        budgetsToDo = false
    }

    /// Goes back to level 0.
    private func backtrackToRoot() {
        if trail.level > 0 { backtrack(to: 0) }
    }

    private func restart() {
        backtrackToRoot()
        restarts += 1
        conflictsLeft = Self.conflictsPerRestart * Self.luby(restarts)
        trail.forgetReasons()
        head = 0
        guard clauses.count > maximumClauses || isFull else { return }
        clauses.reduce(trail, isCrowded: isFull)
        atoms.reduce()
        maximumClauses = min(maximumClauses + Self.moreClauses, Self.mostClauses)
    }

    /// The sequence 1 1 2 1 1 2 4 of Luby, Sinclair and Zuckerman (Optimal speedup of Las Vegas algorithms, 1993).
    private static func luby(_ number: Int) -> Int {
        var number = number
        while true {
            var power = 1
            while power - 1 < number { power *= 2 }
            if power - 1 == number { return power / 2 }
            number -= power / 2 - 1
        }
    }

    // MARK: - Decisions

    /// Nil: everything is decided.
    private func decision() -> BoundLiteral? {
        if trail.level == 0, restarts % Self.restartsPerProbe == 0, !trail.isFixed(model.end) {
            return .atMost(model.end, trail.least(model.end))
        }
        // The first time it goes from the earliest on: that gives the atoms their first order.
        if restarts > 1, let atom = atoms.next(trail) { return .atMost(atom.variable, atom.value - 1) }
        var chosen = -1
        for step in 0..<model.count where !trail.isFixed(step) || isUndecided(step) {
            if chosen < 0 || trail.least(step) < trail.least(chosen) { chosen = step }
        }
        guard chosen >= 0 else { return trail.isFixed(model.end) ? nil : .atMost(model.end, trail.least(model.end)) }
        guard isUndecided(chosen) else { return .atMost(chosen, trail.least(chosen)) }
        let possible = model.modes(of: chosen).filter { model.isPossible($0, trail) }
        let shortest = possible.min { model.durations[$0] < model.durations[$1] } ?? possible[0]
        return model.chosen(shortest)
    }

    private func isUndecided(_ step: Int) -> Bool {
        model.hasChoice(step) && model.modes(of: step).allSatisfy { trail.least(model.modeVariables[$0]) == 0 }
    }

    private func take() {
        let starts = (0..<model.count).map { trail.least($0) }
        let modes = (0..<model.count).map { step in
            model.modes(of: step).first { model.modeVariables[$0] < 0 || trail.least(model.modeVariables[$0]) > 0 }
                ?? model.offsets[step]
        }
        let makespan = trail.least(model.end)
        best = Found(makespan: makespan, starts: starts, modes: modes)
        backtrackToRoot()
        if !trail.raise(.atMost(model.end, makespan - 1), .decision) { isExhausted = true }
        _ = trail.takeConflict()
    }
}
