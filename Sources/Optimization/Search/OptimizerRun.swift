/// One call of the optimizer: bound, search, check, advice.
struct OptimizerRun {
    private let begin = ContinuousClock.now
    private let problem: PlainProblem
    private let options: OptimizerOptions
    private let isCancelled: () -> Bool
    private let windows: TimeWindows
    private let bound: LowerBound
    private let reporter: ProgressReporter

    private var project: Project { problem.project }

    init(
        _ problem: PlainProblem,
        _ options: OptimizerOptions,
        isCancelled: @escaping () -> Bool,
        onProgress: @escaping (OptimizerProgress) -> Void
    ) {
        self.problem = problem
        self.options = options
        self.isCancelled = isCancelled
        windows = TimeWindows(problem.project)
        bound = LowerBound(problem.project, windows)
        reporter = ProgressReporter(problem.project.seconds, bound, begin: begin, options, onProgress: onProgress)
    }

    func outcome() throws(InfeasibleFlow) -> OptimizationOutcome {
        try check(deadlineAgainst: bound, isProven: { conflicts, flow in conflicts.isSurely(infeasible: flow) })
        let search = ScheduleSearch(
            problem.flow,
            project,
            windows,
            bound: bound,
            from: Array(0..<project.count),
            targetGap: options.targetGap,
            seed: options.seed,
            budget: searchBudget
        )
        let submitted = search.best
        let setup = begin.duration(to: .now)
        reporter.note(search)
        Islands(problem.flow, search.network, options, until: searchEnd).run { search.run(with: $0, reporter.note) }

        let choice = SoundChoice(problem, [search.best, submitted])
        let findings = Findings(
            problem: problem,
            windows: windows,
            submitted: submitted,
            solution: choice.solution,
            bound: search.bound
        )
        var budget = WhatIfBudget(
            deadline: begin + options.timeLimit,
            schedules: options.schedulesPerQuestion ?? WhatIfBudget.schedules(steps: project.count),
            firstEstimate: setup * 2,
            isCancelled: isCancelled,
            onSchedule: { [reporter] now, _ in reporter.heartbeat(now, iterations: nil) }
        )
        try check(deadlineAgainst: findings.bound) { conflicts, flow in
            conflicts.isProven(infeasible: flow, searchBudget)
        }
        let solver = VariantSolver(problem.flow, order: project.submittedIndex, present: choice.schedule)
        let utilization = Dictionary(uniqueKeysWithValues: zip(project.resourceNames, findings.utilization))
        let sensitivities = SensitivityAdvice(
            problem.flow,
            solver,
            utilization,
            makespan: choice.schedule.makespan
        )
        let advice = Advisor(findings).advice(&budget, others: sensitivities.questions)
        let sensitivity = sensitivities.answers(&budget)
        return OptimizationOutcome(findings, choice, advice, sensitivity, search, options)
    }

    private func check(
        deadlineAgainst bound: LowerBound,
        isProven: (FlowConflicts, Flow) -> Bool
    ) throws(InfeasibleFlow) {
        guard let deadline = problem.flow.constraints.deadline,
            bound.units * project.timeUnit > FixedPoint.whole(deadline)
        else { return }
        let conflicts = FlowConflicts(problem.flow, order: project.submittedIndex)
        throw conflicts.minimal(until: begin + options.timeLimit) { isProven(conflicts, $0) }
    }

    private var searchEnd: ContinuousClock.Instant { PhaseTimes(options, begin: begin).paretoEnd }

    private var searchBudget: SearchBudget {
        SearchBudget(
            deadline: searchEnd,
            maximumIterations: options.stepBudget,
            isCancelled: isCancelled,
            onSchedule: { [reporter] in reporter.heartbeat($0, iterations: $1) }
        )
    }
}
