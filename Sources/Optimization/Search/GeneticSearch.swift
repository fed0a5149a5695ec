/// Looks for good plans of a network: a genetic algorithm over lists of steps and their options.
///
/// Children take part of one parent's list and the rest in the order of the other (two-point crossover; Hartmann, A competitive
/// genetic algorithm for resource-constrained project scheduling, Naval Research Logistics 45, 1998), or what one parent does in
/// a stretch of time between what the other does before and after it (after Debels, Vanhoucke, A decomposition-based genetic
/// algorithm for the resource-constrained project-scheduling problem, Operations Research 55, 2007), each step with the option
/// of the parent it came from. Options are changed until the budgets are kept, and the plan is improved by forward-backward
/// passes. A child takes the place of its worse parent when it is not worse: makespans are the same on wide plains, and a
/// population that may not cross them stands still. The best plan is never lost. Not `Sendable`: a search is one thread.
final class GeneticSearch {
    /// Members for each step, and their least and greatest number; of large networks there are few.
    private static let membersPerStep = 5.0
    private static let population = 60...600
    private static let populationOfLarge = 24
    private static let largeNetwork = 500
    /// Children in a row, for each member, that were not better than what is there: then all begins anew.
    private static let patience = 80
    /// Share of children that take a stretch of time of a parent, and how long that is as a share of its makespan.
    private static let stretchShare = 0.8
    private static let stretch = 0.1...0.5
    /// Share of children whose steps take the option that makes them finish first.
    private static let choosingShare = 0.5
    /// Changes of order and of option, in each child on average.
    private static let swaps = 6.0
    /// Children after which it is looked what others found.
    private static let childrenPerLook = 200
    private static let optionChanges = 1.5
    /// Greatest noise on the rule that begins, as a share of the range of its keys.
    private static let ruleNoise = 2.0

    private struct Member {
        let order: [Int]
        let starts: [Int]
        let modes: [Int]
        let score: Score
        let fingerprint: Int
    }

    /// From the first plan on.
    private(set) var best: Plan?
    var budget: SearchBudget
    private let tables: NetworkTables
    private let improver: ForwardBackwardImprover
    private let orderer: LinkOrder
    private let isEnough: (Score) -> Bool
    private var repair: ModeRepair
    private var random: RandomSource
    private var members: [Member] = []
    private let size: Int
    private var refused = 0
    private var children = 0
    /// What other searches found; nil: there are none.
    var shared: SharedPlans?
    private var maximumIterations = Int.max
    /// What the search began with, until it is taken into the first generation.
    private var given: Member?
    /// Of the rule, 0…1 by step: least first.
    private let keys: [Double]
    private let shortest: [Int]
    private var generator: SerialGenerationScheme { improver.generator }
    private var list: UnsafeMutableBufferPointer<Int> { improver.list }
    // Of the child being made.
    private var taken: [Bool]
    private var childKeys: [Double]

    /// - Parameter isEnough: whether a plan is good enough: the search ends there.
    init(
        _ tables: NetworkTables,
        _ scoring: Scoring,
        seed: UInt64,
        budget: SearchBudget,
        isEnough: @escaping (Score) -> Bool
    ) {
        self.tables = tables
        self.budget = budget
        self.isEnough = isEnough
        improver = ForwardBackwardImprover(tables, scoring)
        improver.generator.holdBack()
        improver.generator.prices = Self.prices(tables.network)
        orderer = LinkOrder(tables)
        repair = ModeRepair(tables)
        random = RandomSource(seed: seed)
        taken = [Bool](repeating: false, count: tables.count)
        childKeys = [Double](repeating: 0, count: tables.count)
        let wanted = Int(Self.membersPerStep * Double(tables.count))
        size =
            tables.count > Self.largeNetwork
            ? Self.populationOfLarge : min(max(wanted, Self.population.lowerBound), Self.population.upperBound)
        let windows = TimeWindows(tables.network)
        keys = Self.scaled(windows.tails.map { -Double($0) })
        shortest = (0..<tables.count).map { step in
            tables.network.modes.of(step).min { tables.durations[$0] < tables.durations[$1] } ?? 0
        }
    }

    var isDone: Bool { best.map { isEnough($0.score) } ?? false }

    private var goesOn: Bool { !isDone && budget.iterations < maximumIterations && budget.allowsMore() }

    /// The plan of the steps as they are numbered, each with its first option if the budgets allow it.
    func begin() {
        begin(order: Array(0..<tables.count), modes: (0..<tables.count).map { tables.modeOffsets[$0] })
    }

    /// The plan of these steps in this order, each with its mode; where budgets are passed, with others.
    ///
    /// It is made whatever the budget of the search says.
    func begin(order: [Int], modes: [Int]) {
        for (place, step) in order.enumerated() { list[place] = step }
        for step in 0..<tables.count { generator.modes[step] = modes[step] }
        repair.repair(generator.modes, &random)
        let score = improver.generate()
        budget.spend()
        let starts = Array(generator.starts.prefix(tables.count))
        let chosen = Array(generator.modes.prefix(tables.count))
        best = Plan(score: score, starts: starts, modes: chosen)
        given = Member(
            order: order,
            starts: starts,
            modes: chosen,
            score: score,
            fingerprint: Self.fingerprint(starts, chosen)
        )
    }

    /// Searches until a plan is good enough, the budget ends, or so many schedules were generated.
    ///
    /// Called again it goes on.
    func run(until iterations: Int, _ onImprovement: (GeneticSearch) -> Void) {
        maximumIterations = iterations
        while goesOn {
            populate(onImprovement)
            evolve(onImprovement)
            guard goesOn else { return }
            // It stands still: anew.
            members.removeAll(keepingCapacity: true)
            refused = 0
        }
    }

    // MARK: - Generations

    private func populate(_ onImprovement: (GeneticSearch) -> Void) {
        if let given { members.append(given) }
        given = nil
        var repeated = 0
        while members.count < size, goesOn {
            let noise = Self.ruleNoise * random.unit()
            let noisy = keys.map { $0 + noise * random.unit() }
            orderer.order(into: list, .forward) { noisy[$0] }
            let shortShare = random.unit()
            for step in 0..<tables.count {
                let first = tables.modeOffsets[step]
                let count = tables.modeOffsets[step + 1] - first
                let isShortest = count == 1 || random.unit() < shortShare
                generator.modes[step] = isShortest ? shortest[step] : first + random.below(count)
            }
            repair.repair(generator.modes, &random)
            guard let member = evaluate(choosing: random.coin(), onImprovement) else { return }
            if repeated < size, members.contains(where: { $0.fingerprint == member.fingerprint }) {
                repeated += 1
            } else {
                members.append(member)
            }
        }
    }

    private func evolve(_ onImprovement: (GeneticSearch) -> Void) {
        while members.count == size, refused < Self.patience * size, goesOn {
            children += 1
            if children.isMultiple(of: Self.childrenPerLook) { look(onImprovement) }
            let (mother, father) = (tournament(), tournament())
            guard mother != father else { continue }
            if random.unit() < Self.stretchShare {
                insertStretch(of: members[mother], in: members[father])
            } else {
                cross(members[mother], members[father])
            }
            mutate()
            repair.repair(generator.modes, &random)
            guard let child = evaluate(choosing: random.unit() < Self.choosingShare, onImprovement) else { return }
            let worse = members[mother].score < members[father].score ? father : mother
            let isBetter = child.score < members[worse].score
            refused = isBetter ? 0 : refused + 1
            guard isBetter || !(members[worse].score < child.score),
                !members.contains(where: { $0.fingerprint == child.fingerprint })
            else { continue }
            members[worse] = child
        }
    }

    /// Looks at what searches on other threads found.
    private func look(_ onImprovement: (GeneticSearch) -> Void) {
        guard let best, let found = shared?.plan(betterThan: best.score) else { return }
        take(found)
        onImprovement(self)
    }

    /// Takes what another search found, where it is better, instead of the worst.
    func take(_ plan: Plan) {
        guard best.map({ plan.score < $0.score }) ?? true else { return }
        best = plan
        guard let worst = members.indices.max(by: { members[$0].score < members[$1].score }) else { return }
        orderer.order(into: list, .forward) { Double(plan.starts[$0]) }
        members[worst] = Member(
            order: Array(list),
            starts: plan.starts,
            modes: plan.modes,
            score: plan.score,
            fingerprint: Self.fingerprint(plan.starts, plan.modes)
        )
    }

    private func tournament() -> Int {
        let first = random.below(members.count)
        let second = random.below(members.count)
        return members[first].score < members[second].score ? first : second
    }

    /// Puts a child of two members into the list and the generator's modes.
    private func cross(_ mother: Member, _ father: Member) {
        let count = tables.count
        let cuts = [random.below(count + 1), random.below(count + 1)].sorted()
        for step in 0..<count { taken[step] = false }
        var place = 0
        func take(_ parent: Member, until end: Int) {
            for step in parent.order {
                guard place < end else { return }
                guard !taken[step] else { continue }
                taken[step] = true
                list[place] = step
                generator.modes[step] = parent.modes[step]
                place += 1
            }
        }
        take(mother, until: cuts[0])
        take(father, until: cuts[1])
        take(mother, until: count)
    }

    /// Puts a child into the list and the generator's modes that does in a stretch of time what the mother does, and before and
    /// after it what the father does.
    private func insertStretch(of mother: Member, in father: Member) {
        let length = Double(max(1, mother.score.makespan))
        let width = Self.stretch.lowerBound + (Self.stretch.upperBound - Self.stretch.lowerBound) * random.unit()
        let begin = (1 - width) * random.unit()
        let fatherLength = Double(max(1, father.score.makespan))
        for step in 0..<tables.count {
            let start = Double(mother.starts[step]) / length
            let finish = Double(mother.starts[step] + tables.durations[mother.modes[step]]) / length
            let isInside = start >= begin && finish <= begin + width
            let key = Double(father.starts[step]) / fatherLength
            childKeys[step] = isInside ? start : (key < begin ? key - 2 : key + 2)
            generator.modes[step] = (isInside ? mother : father).modes[step]
        }
        orderer.order(into: list, .forward) { childKeys[$0] }
    }

    private func mutate() {
        let count = tables.count
        guard count > 1 else { return }
        for place in 0..<(count - 1) where random.unit() * Double(count) < Self.swaps {
            let (step, next) = (list[place], list[place + 1])
            let links = tables.before.offsets[next]..<tables.before.offsets[next + 1]
            guard !links.contains(where: { tables.before.others[$0] == step }) else { continue }
            list[place] = next
            list[place + 1] = step
        }
        for step in repair.choices where random.unit() * Double(repair.choices.count) < Self.optionChanges {
            let first = tables.modeOffsets[step]
            generator.modes[step] = first + random.below(tables.modeOffsets[step + 1] - first)
        }
    }

    private func evaluate(choosing: Bool, _ onImprovement: (GeneticSearch) -> Void) -> Member? {
        var member: Member?
        var improved = false
        let score = improver.improve(choosing: choosing, budget: &budget) { score in
            let modes = Array(generator.modes.prefix(tables.count))
            let starts = Array(generator.starts.prefix(tables.count))
            member = Member(
                order: Array(list),
                starts: starts,
                modes: modes,
                score: score,
                fingerprint: Self.fingerprint(starts, modes)
            )
            guard best.map({ score < $0.score }) ?? true else { return }
            best = Plan(score: score, starts: starts, modes: modes)
            improved = true
        }
        if improved {
            if let best { shared?.offer(best) }
            onImprovement(self)
        }
        return score == nil ? nil : member
    }

    private static func fingerprint(_ starts: [Int], _ modes: [Int]) -> Int {
        var hash = 0
        for step in starts.indices {
            hash = (hash ^ starts[step]) &* 0x100_0000_01B3
            hash = (hash ^ modes[step]) &* 0x100_0000_01B3
        }
        return hash
    }

    // MARK: - Keys

    private static func scaled(_ values: [Double]) -> [Double] {
        guard let low = values.min(), let high = values.max(), high > low else {
            return [Double](repeating: 0, count: values.count)
        }
        return values.map { ($0 - low) / (high - low) }
    }

    /// What a mode costs and lacks in quality, in units of time; nil where the objective asks for neither.
    private static func prices(_ network: Network) -> [Double]? {
        let objective = network.objective
        guard objective.cost > 0 || objective.quality > 0 else { return nil }
        let second = Double(network.timeUnit) / Double(FixedPoint.scale)
        // Without a weight of its own time only decides between what is worth the same.
        let time = objective.makespan > 0 ? objective.makespan * second : 1e-9
        let share = objective.quality / Double(max(1, network.count))
        return network.modes.costs.indices.map { mode in
            let lost = 1 - (network.modes.qualities[mode] ?? 1)
            return (objective.cost * FixedPoint.double(network.modes.costs[mode]) + share * lost) / time
        }
    }
}
