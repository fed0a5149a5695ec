/// Schedules flows that differ a little from one for which there is a schedule.
struct VariantSolver {
    private let order: [Int]
    private let flow: Flow
    private let present: [String: ScheduledStep]
    private let makespan: Double

    /// - Parameters:
    ///   - order: submitted places in an order in which every step comes after those it waits for.
    ///   - present: a schedule of the flow.
    init(_ flow: Flow, order: [Int], present: Schedule) {
        self.flow = flow
        self.order = order
        makespan = present.makespan
        self.present = Dictionary(uniqueKeysWithValues: present.steps.map { ($0.step, $0) })
    }

    /// The best schedule that is found; nil where none is.
    ///
    /// The search begins with the order and the options of the present schedule.
    ///
    /// - Parameter variant: a flow with the same steps and dependencies.
    func solve(_ variant: Flow, _ budget: SearchBudget) -> Schedule? { answer(variant, budget)?.schedule }

    /// A schedule, and what is known of it.
    struct Answer {
        let schedule: Schedule
        /// Whether none is better in the variant's objective.
        let isOptimal: Bool
        /// Whether none is better in cost, quality or length either, where the objective is the same.
        let isExhausted: Bool
    }

    /// The same as `solve`, with what is proven.
    ///
    /// - Parameter nodes: branchings in which all is tried that could be better than the present one, before the search.
    func answer(_ variant: Flow, _ budget: SearchBudget, tryingAll nodes: Int = 0) -> Answer? {
        // Where the present one misses the deadline, what misses it by less is an answer.
        var constraints = variant.constraints
        constraints.deadline = constraints.deadline.map { max($0, makespan) }
        let variant = variant.with(constraints: constraints)
        let problem = FlowProblem(checked: variant, order: order)
        let found = solve(problem.network, variant, budget, nodes)
        guard let found, ScheduleValidator.violations(of: found.schedule, in: variant).isEmpty else { return nil }
        if let deadline = variant.constraints.deadline, !found.schedule.ends(by: deadline) { return nil }
        return found
    }

    private func solve(_ network: Network, _ variant: Flow, _ budget: SearchBudget, _ nodes: Int) -> Answer? {
        guard (0..<network.count).allSatisfy({ !network.modes.of($0).isEmpty }) else { return nil }
        let search = ScheduleSearch(variant, network, seed: 1, budget: budget)
        let modes = (0..<network.count).map { step in
            let options = flow.steps[network.submittedIndex[step]].options
            let name = present[id(network.submittedIndex[step])]?.option
            return network.modes.of(step).first { options[network.modes.options[$0]].name == name }
                ?? network.modes.offsets[step]
        }
        search.begin(order: sorted(0..<network.count, submitted: network.submittedIndex), modes: modes)
        if nodes > 0 { search.tryAll(nodes: nodes) }
        search.run { _ in }
        return search.best.map {
            Answer(
                schedule: Schedule(network, $0, flow: variant),
                isOptimal: search.isOptimal,
                isExhausted: search.isExhausted && $0.score.isSound
            )
        }
    }

    private func id(_ place: Int) -> String { flow.steps[place].id }

    private func sorted(_ steps: Range<Int>, submitted: [Int]) -> [Int] {
        let starts = steps.map { present[id(submitted[$0])]?.start ?? 0 }
        return steps.sorted { (starts[$0], $0) < (starts[$1], $1) }
    }
}
