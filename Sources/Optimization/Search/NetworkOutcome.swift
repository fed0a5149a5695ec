/// What a search of a network came to.
struct NetworkFindings {
    let flow: Flow
    let network: Network
    let best: Plan
    let schedule: Schedule
    /// Of the submitted order; nil: it is not sound.
    let submitted: Schedule?
    let bound: ObjectiveBound
    let isOptimal: Bool
    let isExhausted: Bool
    /// See `OptimizationOutcome.areEqualsProven`.
    let areEqualsProven: Bool?
    let chain: PlanChain
    /// Units of time, by step of the network.
    let slack: [Int]
    let utilization: [String: Double]
    let recommendations: [Recommendation]
    /// Whether there was no time for all questions.
    let isCutShort: Bool
    let pareto: [ParetoPoint]?
    let sensitivity: [String: ResourceSensitivity]
    /// What was wrong with a better plan that was thrown away for it.
    let discarded: [ScheduleViolation]
}

extension OptimizationOutcome {
    init(_ findings: NetworkFindings, _ budget: SearchBudget, _ options: OptimizerOptions) {
        let network = findings.network
        let flow = findings.flow
        let best = findings.best.score
        let isShortest = network.isMakespan
        let bound =
            findings.isExhausted && isShortest
            ? findings.bound.makespan.raised(to: best.makespan) : findings.bound.makespan
        let figures = ScheduleFigures(flow, findings.schedule)
        let least = findings.isOptimal ? figures.value : min(findings.bound.value, figures.value)

        schedule = findings.schedule
        self.figures = figures
        objective = flow.objective
        countsLateness = flow.hasDues
        lowerBound = network.seconds(bound.units)
        lowerBoundSource = bound.source
        objectiveBound = least
        objectiveBoundSource =
            findings.isExhausted
            ? "exhaustive search"
            : (isShortest ? bound.source : "the best makespan (\(bound.source)), cost and quality, each alone")
        gap = isShortest ? bound.gap(best.makespan) : (findings.isOptimal ? 0 : findings.bound.gap(best))
        confidence = 1 - gap
        isOptimal = findings.isOptimal
        areEqualsProven = findings.areEqualsProven
        baselineSequential = network.seconds(findings.best.ways.reduce(0) { $0 + network.ways.durations[$1] })
        baselineSubmitted = findings.submitted.map { ($0.makespan, $0) }
        criticalPath = findings.chain.links.map(\.step)
        criticalLinks = findings.chain.links
        slack = Dictionary(
            uniqueKeysWithValues: findings.slack.enumerated().map {
                (flow.steps[network.submittedIndex[$0.offset]].id, network.seconds($0.element))
            }
        )
        // Also of resources that have a capacity and no use.
        utilization = flow.capacity.mapValues { _ in 0 }.merging(findings.utilization) { _, share in share }
        unlimitedResources = flow.unlimitedResources
        recommendations = findings.recommendations
        reasonForNone = findings.recommendations.isEmpty ? Self.reasonForNone(findings) : nil
        pareto = findings.pareto
        sensitivity = findings.sensitivity
        iterations = budget.iterations
        let isEnough = options.targetGap > 0 && gap <= options.targetGap
        stopped = Self.reason(findings.isOptimal, isEnough, budget.end)
        discarded = findings.discarded
    }

    private static func reasonForNone(_ findings: NetworkFindings) -> String {
        if findings.network.count == 0 { return "every step has begun: there is nothing left to plan" }
        return findings.isCutShort
            ? "there was no time or budget left to look for changes"
            : "nothing was found that would make the schedule \(findings.flow.isMakespanAlone ? "shorter" : "better"): neither more "
                + "of what it waits for nor shorter steps"
    }
}

extension FlowObjective {
    /// Whether it is the makespan alone.
    var isMakespan: Bool { makespan > 0 && cost == 0 && quality == 0 }
}
