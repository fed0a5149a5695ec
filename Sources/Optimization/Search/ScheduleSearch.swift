/// Looks for a short schedule: a given order first, then priority rules, then random samples around rules and around
/// the best found.
///
/// Every sample is a key for each step (a rule's, or taken from good schedules) with noise added, made into a list,
/// generated, and shortened by forward-backward improvement. The best schedule is never lost. Not `Sendable`: a search
/// is one thread.
final class ScheduleSearch {
    /// Good solutions to sample around, and how many refusals mean that nothing new is to be found around them.
    private static let poolSize = 30
    private static let poolPatience = 2_000
    /// Samples before it is tried to prove that there is nothing shorter, and the branchings of that.
    private static let firstSamples = 500
    private static let smallProject = 40
    private static let nodesOfSmall = 400_000
    private static let nodes = 20_000
    /// Share of samples taken around a rule once the pool is full.
    private static let freshShare = 0.1
    /// Greatest noise, as a share of the range of the keys.
    private static let ruleNoise = 0.5
    private static let eliteNoise = 0.2

    /// From `init` on a feasible schedule.
    private(set) var best: Solution
    private(set) var budget: SearchBudget
    /// Every schedule that could be shorter than `best` was tried.
    private(set) var isExhausted = false
    private let project: Project
    private let windows: TimeWindows
    private let goal: Int
    private let proves: Bool
    private let memory: NetworkMemory
    private let generator: SerialGenerator
    private let builder = ListBuilder()
    private let list: UnsafeMutableBufferPointer<Int>
    private var random: RandomSource
    private var pool = ElitePool(capacity: ScheduleSearch.poolSize)

    /// Generates the schedule of `order`, whatever the budget says.
    ///
    /// - Parameters:
    ///   - order: all steps, each behind its predecessors.
    ///   - goal: a makespan that is short enough: the search ends there.
    ///   - proves: whether it looks for a proof too, in time that is not counted in schedules.
    init(
        _ project: Project,
        _ windows: TimeWindows,
        from order: [Int],
        goal: Int,
        seed: UInt64,
        budget: SearchBudget,
        proves: Bool = false
    ) {
        self.project = project
        self.windows = windows
        self.goal = goal
        self.proves = proves
        self.budget = budget
        memory = NetworkMemory(project)
        generator = SerialGenerator(memory)
        list = .filled(project.count)
        random = RandomSource(seed: seed)
        for (place, step) in order.enumerated() { list[place] = step }
        best = Solution(
            makespan: generator.generate(list, memory.forward),
            starts: Array(generator.starts.prefix(project.count))
        )
        self.budget.spend()
    }

    deinit {
        list.deallocate()
    }

    var isDone: Bool { best.makespan <= goal || isExhausted }

    /// Searches until `goal`, the end of the budget, or until there is nothing left to try.
    ///
    /// To be called once.
    ///
    /// - Parameter onImprovement: called when `best` has become better.
    func run(_ onImprovement: (ScheduleSearch) -> Void) {
        guard !isDone else { return }
        improve(.forward, onImprovement)
        if ExhaustiveSearch.canTry(project) { exhaust(onImprovement) }
        guard !isDone, budget.allowsMore() else { return }
        let rules = RuleKeys(project, windows, memory)
        tryRules(rules, onImprovement)
        sample(rules, until: budget.iterations + Self.firstSamples, onImprovement)
        prove(onImprovement)
        sample(rules, until: .max, onImprovement)
    }

    /// Looks at all that is shorter, as far as it goes.
    private func prove(_ onImprovement: (ScheduleSearch) -> Void) {
        guard proves, !isDone, DelayingSearch.canTry(project), budget.allowsMore() else { return }
        let isSmall = project.count <= Self.smallProject
        let search = DelayingSearch(
            project,
            windows,
            below: best.makespan,
            goal: goal,
            maximumNodes: isSmall ? Self.nodesOfSmall : Self.nodes
        )
        isExhausted = search.run(&budget)
        guard let better = search.best else { return }
        best = better
        budget.noteImprovement()
        onImprovement(self)
    }

    private func exhaust(_ onImprovement: (ScheduleSearch) -> Void) {
        guard !isDone, budget.allowsMore() else { return }
        let search = ExhaustiveSearch(project, windows, memory.forward, generator, below: best.makespan, goal: goal)
        isExhausted = search.run(&budget)
        guard let better = search.best else { return }
        best = better
        budget.noteImprovement()
        onImprovement(self)
    }

    private func tryRules(_ rules: RuleKeys, _ onImprovement: (ScheduleSearch) -> Void) {
        for rule in PriorityRule.allCases {
            for scheme in [ListBuilder.Scheme.serial, .parallel] {
                for side in [Justifier.Start.forward, .backward] {
                    guard !isDone, budget.allowsMore() else { return }
                    builder.build(scheme, rules.keys(rule, side), view(side), into: list)
                    improve(side, onImprovement)
                }
            }
        }
    }

    private func sample(_ rules: RuleKeys, until iterations: Int, _ onImprovement: (ScheduleSearch) -> Void) {
        while !isDone, budget.iterations < iterations, budget.allowsMore() {
            if pool.refused > Self.poolPatience { pool.removeAll() }
            if !pool.isFull || random.unit() < Self.freshShare {
                let side: Justifier.Start = random.coin() ? .forward : .backward
                let noise = Self.ruleNoise * random.unit()
                let keys = rules.drawnKeys(side, &random).map { $0 + noise * random.unit() }
                builder.build(random.coin() ? .serial : .parallel, keys, view(side), into: list)
                improve(side, onImprovement)
            } else {
                let noise = Self.eliteNoise * random.unit() * random.unit()
                let keys = pool.keys(&random).map { $0 + noise * random.unit() }
                builder.build(.serial, keys, memory.forward, into: list)
                improve(.forward, onImprovement)
            }
        }
    }

    private func view(_ side: Justifier.Start) -> NetworkView {
        side == .forward ? memory.forward : memory.backward
    }

    private func improve(_ start: Justifier.Start, _ onImprovement: (ScheduleSearch) -> Void) {
        var improved = false
        let makespan = Justifier(memory, generator, list: list)
            .improve(from: start, goal: goal, budget: &budget) { makespan, starts in
                guard makespan < best.makespan else { return }
                best = Solution(makespan: makespan, starts: Array(starts.prefix(project.count)))
                improved = true
            }
        if let makespan { pool.offer(makespan, generator.starts) }
        guard improved else { return }
        budget.noteImprovement()
        onImprovement(self)
    }
}
