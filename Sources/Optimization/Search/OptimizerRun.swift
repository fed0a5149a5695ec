/// One call of the optimizer: bound, search, proof, check, advice.
struct OptimizerRun {
    private let begin = ContinuousClock.now
    private let flow: Flow
    private let order: [Int]
    private let network: Network
    private let options: OptimizerOptions
    private let isCancelled: () -> Bool
    private let onProgress: (OptimizerProgress) -> Void

    init(
        _ problem: FlowProblem,
        _ options: OptimizerOptions,
        isCancelled: @escaping () -> Bool,
        onProgress: @escaping (OptimizerProgress) -> Void
    ) {
        flow = problem.flow
        order = problem.order
        network = problem.network
        self.options = options
        self.isCancelled = isCancelled
        self.onProgress = onProgress
    }

    func outcome() throws(InfeasibleFlow) -> OptimizationOutcome {
        let bound = LowerBound(network, TimeWindows(network))
        // Where all cost the same and the shortest is the best the front is the best alone.
        let hasFront = options.wantsPareto && (!network.isMakespan || EqualSchedules.costsDiffer(network))
        let times = PhaseTimes(options, begin: begin, hasFront: hasFront)
        if let infeasible = quickConflicts(bound, times) { throw infeasible }
        let reporter = ProgressReporter(network.seconds, bound, begin: begin, options, onProgress: onProgress)
        let search = ScheduleSearch(
            flow,
            network,
            seed: options.seed,
            budget: budget(reporter, until: times.searchEnd),
            targetGap: options.targetGap,
            makespan: bound
        )
        search.begin()
        let submitted = search.best
        let setup = begin.duration(to: .now)
        reporter.note(search)
        Islands(flow, network, options, until: times.searchEnd).run { search.run(with: $0, reporter.note) }

        guard let first = search.best, first.score.violation == 0, first.score.late == 0 || !search.isExhausted else {
            throw infeasible(isProven: search.isExhausted, reporter, times)
        }
        let areEqualsProven = settleEquals(first, search, reporter, times)
        let front = hasFront ? front(search, whatIfs(reporter, until: times.paretoEnd, setup)) : nil
        let candidates = [search.best ?? first] + (submitted.map { $0.score.violation == 0 ? [$0] : [] } ?? [])
        let choice = try SoundChoice(flow, network, search.scoring, candidates)
        let findings = Findings(flow, network, search, choice, submitted: submitted)

        var questions = whatIfs(reporter, until: times.end, setup)
        let solver = VariantSolver(flow, order: order, present: choice.schedule)
        let sensitivities = SensitivityAdvice(
            flow,
            solver,
            findings.utilization,
            makespan: choice.schedule.makespan
        )
        let advice = Advisor(findings, solver, search.tables, search.scoring)
            .advice(&questions, others: sensitivities.questions)
        let sensitivity = sensitivities.answers(&questions)
        let alone = options.wantsPareto ? [ParetoPoint(schedule: choice.schedule, figures: findings.figures)] : nil
        return OptimizationOutcome(
            findings,
            advice,
            sensitivity,
            pareto: front ?? alone,
            areEqualsProven: areEqualsProven,
            slack: PlanFigures(network, choice.plan).slack(search.tables),
            search.budget,
            options
        )
    }

    /// Takes of the plans that are as good the cheapest; nil: all cost the same and are of the same quality, else whether that is
    /// proven.
    private func settleEquals(
        _ plan: Plan,
        _ search: ScheduleSearch,
        _ reporter: ProgressReporter,
        _ times: PhaseTimes
    ) -> Bool? {
        let equals = EqualSchedules(flow, network, search.scoring, order: order)
        guard search.isOptimal || search.budget.end == .iterations, equals.canDiffer else { return nil }
        let schedules = EqualSchedules.schedules(steps: network.count)
        var budget = whatIfs(reporter, until: times.end, .zero, schedules: schedules)
        let settled = equals.settle(plan, &budget)
        search.take(settled.plan)
        return settled.isProven
    }

    /// The schedules of time against cost.
    ///
    /// One of them may be as good as the best so far, and cheaper, better or shorter: then it is the best.
    private func front(_ search: ScheduleSearch, _ budget: WhatIfBudget) -> [ParetoPoint]? {
        guard let best = search.best else { return nil }
        let schedule = Schedule(network, best, flow: flow)
        guard ScheduleValidator.violations(of: schedule, in: flow).isEmpty else { return nil }
        let solver = VariantSolver(flow, order: order, present: schedule)
        var budget = budget
        let points = ParetoFront(flow, solver, schedule).points(&budget)
        for point in points {
            guard let plan = Plan(point.schedule, network, flow, search.scoring), plan.score.violation == 0 else {
                continue
            }
            search.take(plan)
        }
        return points
    }

    private func budget(_ reporter: ProgressReporter, until end: ContinuousClock.Instant) -> SearchBudget {
        SearchBudget(
            deadline: end,
            maximumIterations: options.stepBudget,
            isCancelled: isCancelled,
            onSchedule: { reporter.heartbeat($0, iterations: $1) }
        )
    }

    private func whatIfs(
        _ reporter: ProgressReporter,
        until end: ContinuousClock.Instant,
        _ setup: Duration,
        schedules: Int? = nil
    ) -> WhatIfBudget {
        WhatIfBudget(
            deadline: end,
            schedules: schedules ?? options.schedulesPerQuestion ?? WhatIfBudget.schedules(steps: network.count),
            firstEstimate: setup * 2,
            isCancelled: isCancelled,
            onSchedule: { now, _ in reporter.heartbeat(now, iterations: nil) }
        )
    }

    // MARK: - Without a schedule

    /// What can be seen without a search; nil: nothing.
    private func quickConflicts(_ bound: LowerBound, _ times: PhaseTimes) -> InfeasibleFlow? {
        let conflicts = FlowConflicts(flow, order: order)
        guard conflicts.isSurely(infeasible: flow, network, bound) else { return nil }
        return conflicts.minimal(until: times.end) { conflicts.isSurely(infeasible: $0) }
    }

    private func infeasible(isProven: Bool, _ reporter: ProgressReporter, _ times: PhaseTimes) -> InfeasibleFlow {
        guard isProven else { return InfeasibleFlow(conflicts: [], isProven: false, isComplete: false) }
        let conflicts = FlowConflicts(flow, order: order)
        return conflicts.minimal(until: times.end) { relaxed in
            conflicts.isProven(infeasible: relaxed, budget(reporter, until: times.end))
        }
    }
}

/// How the time of one call is divided.
struct PhaseTimes {
    /// Share of the time limit kept for the recommendations, and the most that is kept.
    private static let adviceShare = 0.2
    private static let adviceMaximum = Duration.seconds(1)

    let searchEnd: ContinuousClock.Instant
    let paretoEnd: ContinuousClock.Instant
    let end: ContinuousClock.Instant

    /// - Parameter hasFront: whether schedules of time against cost are looked for.
    init(_ options: OptimizerOptions, begin: ContinuousClock.Instant, hasFront: Bool) {
        let isAsked = options.schedulesPerQuestion != 0
        let kept = isAsked ? min(options.timeLimit * Self.adviceShare, Self.adviceMaximum) : .zero
        end = begin + options.timeLimit
        paretoEnd = end - kept
        // The front takes as long as the first search.
        searchEnd = hasFront ? begin + (options.timeLimit - kept) / 2 : paretoEnd
    }
}
