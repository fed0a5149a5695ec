/// What a search came to, for those who explain it.
struct Findings {
    let flow: Flow
    let network: Network
    /// What is returned.
    let best: Plan
    let schedule: Schedule
    let figures: ScheduleFigures
    /// Of the submitted order, each step with its first option if the budgets allow it; nil: it is not sound.
    let submitted: (plan: Plan, schedule: Schedule)?
    let bound: ObjectiveBound
    /// Whether only the makespan makes a plan better.
    let isMakespan: Bool
    let isOptimal: Bool
    let isExhausted: Bool
    /// Fills the makespan of `best`.
    let chain: CriticalChain
    /// Share of each limited resource that is in use, 0…1.
    let utilization: [String: Double]
    /// What was wrong with a better plan that was thrown away for it.
    let discarded: [ScheduleViolation]

    init(_ flow: Flow, _ network: Network, _ search: ScheduleSearch, _ choice: SoundChoice, submitted: Plan?) {
        self.flow = flow
        self.network = network
        best = choice.plan
        schedule = choice.schedule
        figures = ScheduleFigures(flow, choice.schedule)
        self.submitted = submitted.flatMap { plan in
            let schedule = Schedule(network, plan, flow: flow)
            return ScheduleValidator.violations(of: schedule, in: flow).isEmpty ? (plan, schedule) : nil
        }
        bound = search.bound
        isMakespan = search.isMakespan
        isOptimal = search.isOptimal && choice.discarded.isEmpty
        isExhausted = search.isExhausted && choice.discarded.isEmpty
        chain = CriticalChain(flow, network, choice.plan)
        utilization = PlanFigures(network, choice.plan).utilization()
        discarded = choice.discarded
    }

    func id(_ step: Int) -> String { flow.steps[network.submittedIndex[step]].id }
}

extension OptimizationOutcome {
    /// The outcome in seconds and ids, from what was found in whole numbers.
    ///
    /// - Parameters:
    ///   - slack: units of time, by step of the network.
    ///   - budget: that of the search.
    init(
        _ findings: Findings,
        _ advice: Advice,
        _ sensitivity: [String: ResourceSensitivity],
        pareto: [ParetoPoint]?,
        areEqualsProven: Bool?,
        slack: [Int],
        _ budget: SearchBudget,
        _ options: OptimizerOptions
    ) {
        let (flow, network, figures) = (findings.flow, findings.network, findings.figures)
        let best = findings.best
        let bound = findings.bound.makespan

        schedule = findings.schedule
        self.figures = figures
        objective = flow.objective
        countsLateness = flow.hasDues
        lowerBound = network.seconds(bound.units)
        lowerBoundSource = bound.source
        objectiveBound = findings.isOptimal ? figures.value : min(findings.bound.value, figures.value)
        objectiveBoundSource =
            findings.isExhausted
            ? "exhaustive search"
            : (findings.isMakespan
                ? bound.source : "the best makespan (\(bound.source)), cost and quality, each alone")
        gap = findings.isOptimal ? 0 : findings.bound.gap(best.score)
        confidence = 1 - gap
        isOptimal = findings.isOptimal
        self.areEqualsProven = areEqualsProven
        baselineSequential = network.seconds(best.modes.reduce(0) { $0 + network.modes.durations[$1] })
        baselineSubmitted = findings.submitted.map { ($0.schedule.makespan, $0.schedule) }
        criticalPath = findings.chain.links.map(\.step)
        criticalLinks = findings.chain.links
        self.slack = Dictionary(
            uniqueKeysWithValues: slack.enumerated().map { (findings.id($0.offset), network.seconds($0.element)) }
        )
        // Also of resources that have a capacity and no use.
        utilization = flow.capacity.mapValues { _ in 0 }.merging(findings.utilization) { _, share in share }
        unlimitedResources = flow.unlimitedResources
        recommendations = advice.recommendations
        reasonForNone = advice.reasonForNone
        self.pareto = pareto
        self.sensitivity = sensitivity
        iterations = budget.iterations
        let isEnough = options.targetGap > 0 && gap <= options.targetGap
        stopped = Self.reason(findings.isOptimal, isEnough, budget.end)
        discarded = findings.discarded
    }

    private static func reason(_ isOptimal: Bool, _ isEnough: Bool, _ end: SearchBudget.End?) -> StopReason {
        if isOptimal { return .optimal }
        if isEnough { return .targetGap }
        switch end {
        case .cancelled: return .cancelled
        case .iterations: return .iterationBudget
        // Nil: the search was done with a schedule that was refused.
        case .timeLimit, nil: return .timeLimit
        }
    }
}
