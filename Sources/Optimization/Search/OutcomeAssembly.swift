/// The outcome in seconds and ids, from what was found in whole numbers.
extension OptimizationOutcome {
    init(
        _ findings: Findings,
        _ choice: SoundChoice,
        _ advice: Advice,
        _ sensitivity: [String: ResourceSensitivity],
        _ search: ScheduleSearch,
        _ options: OptimizerOptions
    ) {
        let budget = search.budget
        let project = findings.project
        let flow = findings.problem.flow
        let bound = findings.bound
        let makespan = findings.solution.makespan
        let slack = SlackTimes.slack(project, findings.solution)
        let submitted = Schedule(project, starts: findings.submitted.starts, flow: flow)

        let figures = ScheduleFigures(flow, choice.schedule)
        schedule = choice.schedule
        self.figures = figures
        objective = flow.objective
        countsLateness = flow.hasDues
        // All but the makespan is the same in every schedule.
        objectiveBound = figures.value - flow.objective.makespan * project.seconds(makespan - bound.units)
        objectiveBoundSource = bound.source
        lowerBound = project.seconds(bound.units)
        lowerBoundSource = bound.source
        gap = bound.gap(makespan)
        confidence = makespan > 0 ? Double(bound.units) / Double(makespan) : 1
        isOptimal = findings.isOptimal
        areEqualsProven = nil
        baselineSequential = project.seconds(project.durations.reduce(0, +))
        baselineSubmitted = (submitted.makespan, submitted)
        criticalPath = findings.chain.links.map { findings.id($0.step) }
        criticalLinks = findings.chain.links.map { CriticalLink($0.step, $0.reason, findings) }
        self.slack = Dictionary(
            uniqueKeysWithValues: slack.enumerated().map { (findings.id($0.offset), project.seconds($0.element)) }
        )
        utilization = Self.utilization(findings)
        unlimitedResources = flow.unlimitedResources
        recommendations = advice.recommendations
        reasonForNone = advice.reasonForNone
        self.sensitivity = sensitivity
        pareto = options.wantsPareto ? [ParetoPoint(schedule: choice.schedule, figures: figures)] : nil
        iterations = budget.iterations
        stopped = Self.reason(findings.isOptimal, options.targetGap > 0 && gap <= options.targetGap, budget.end)
        discarded = choice.discarded
    }

    /// Also of resources that have a capacity and no use.
    private static func utilization(_ findings: Findings) -> [String: Double] {
        let used = zip(findings.project.resourceNames, findings.utilization)
        return findings.problem.flow.capacity.mapValues { _ in 0 }.merging(used) { _, share in share }
    }

    static func reason(_ isOptimal: Bool, _ isEnough: Bool, _ end: SearchBudget.End?) -> StopReason {
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

extension CriticalLink {
    fileprivate init(_ step: Int, _ reason: CriticalChain.Reason, _ findings: Findings) {
        let after = reason.step.map { findings.id($0) }
        let name = after.map { "\"\($0)\"" } ?? ""
        self.step = findings.id(step)
        self.after = after
        switch reason {
        case .first:
            resource = nil
            self.reason = "starts at once"
        case .dependency:
            resource = nil
            self.reason = "waits for \(name)"
        case .resource(let number, _):
            let resource = findings.project.resourceNames[number]
            self.resource = resource
            self.reason = "waits for \"\(resource)\" held by \(name)"
        case .follows:
            resource = nil
            self.reason = "runs after \(name)"
        }
    }
}
