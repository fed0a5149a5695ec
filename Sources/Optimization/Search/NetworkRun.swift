/// One call of the optimizer for a network: bound, search, proof, check, advice.
struct NetworkRun {
    private let begin = ContinuousClock.now
    private let flow: Flow
    private let order: [Int]
    private let network: Network
    private let options: OptimizerOptions
    private let isCancelled: () -> Bool
    private let onProgress: (OptimizerProgress) -> Void

    init(
        _ problem: FlowProblem,
        _ network: Network,
        _ options: OptimizerOptions,
        isCancelled: @escaping () -> Bool,
        onProgress: @escaping (OptimizerProgress) -> Void
    ) {
        flow = problem.flow
        order = problem.order
        self.network = network
        self.options = options
        self.isCancelled = isCancelled
        self.onProgress = onProgress
    }

    func outcome() throws(InfeasibleFlow) -> OptimizationOutcome {
        let times = PhaseTimes(options, begin: begin)
        let bound = LowerBound(network, NetworkWindows(network))
        if let infeasible = quickConflicts(bound, times) { throw infeasible }
        let reporter = ProgressReporter(
            network.seconds,
            bound,
            begin: begin,
            options,
            onProgress: onProgress
        )
        let search = NetworkSearch(
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
        let equals = EqualSchedules(flow, network, search.scoring, order: order)
        var areEqualsProven: Bool?
        if search.isOptimal || search.budget.end == .iterations, equals.canDiffer {
            let schedules = EqualSchedules.schedules(steps: network.count)
            var budget = whatIfs(reporter, until: times.end, .zero, schedules: schedules)
            let settled = equals.settle(first, &budget)
            search.take(settled.plan)
            areEqualsProven = settled.isProven
        }
        var paretoBudget = whatIfs(reporter, until: times.paretoEnd, setup)
        let points = front(&paretoBudget, search)
        let found = search.best ?? first
        // What was found first is taken where the validator refuses the best: the search is at fault then.
        let discarded = ScheduleValidator.violations(of: Schedule(network, found, flow: flow), in: flow)
        assert(discarded.isEmpty, "the search returned a schedule that is not valid: \(discarded)")
        guard let best = discarded.isEmpty ? found : submitted, let schedule = sound(best) else {
            throw InfeasibleFlow(conflicts: [], isProven: false, isComplete: false, discarded: discarded)
        }
        let chain = PlanChain(flow, network, best)
        let solver = VariantSolver(flow, order: order, present: schedule)
        var adviceBudget = whatIfs(reporter, until: times.end, setup)
        let figures = PlanFigures(network, best)
        let utilization = figures.utilization()
        let asSubmitted = submitted.flatMap(sound)
        let sensitivities = SensitivityAdvice(flow, solver, utilization, makespan: schedule.makespan)
        let recommendations = NetworkAdvice(flow, schedule, chain, utilization, solver)
            .recommendations(submitted: asSubmitted, &adviceBudget, others: sensitivities.questions)
        let sensitivity = sensitivities.answers(&adviceBudget)
        let findings = NetworkFindings(
            flow: flow,
            network: network,
            best: best,
            schedule: schedule,
            submitted: asSubmitted,
            bound: search.bound,
            isOptimal: search.isOptimal && discarded.isEmpty,
            isExhausted: search.isExhausted && discarded.isEmpty,
            areEqualsProven: areEqualsProven,
            chain: chain,
            slack: figures.slack(search.tables),
            utilization: utilization,
            recommendations: recommendations,
            isCutShort: adviceBudget.isOver,
            pareto: points,
            sensitivity: sensitivity,
            discarded: discarded
        )
        return OptimizationOutcome(findings, search.budget, options)
    }

    /// The schedules of time against cost; nil: they were not asked for.
    ///
    /// One of them may be as good as the best so far, and cheaper, better or shorter: then it is the best.
    private func front(_ budget: inout WhatIfBudget, _ search: NetworkSearch) -> [ParetoPoint]? {
        guard options.wantsPareto, let best = search.best, let schedule = sound(best) else { return nil }
        let solver = VariantSolver(flow, order: order, present: schedule)
        let points = ParetoFront(flow, solver, schedule).points(&budget)
        for point in points {
            guard let plan = Plan(point.schedule, network, flow, search.scoring), plan.score.violation == 0 else {
                continue
            }
            search.take(plan)
        }
        return points
    }

    /// Nil: it breaks something else than the deadline.
    private func sound(_ plan: Plan) -> Schedule? {
        let schedule = Schedule(network, plan, flow: flow)
        return ScheduleValidator.violations(of: schedule, in: flow).isEmpty ? schedule : nil
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
