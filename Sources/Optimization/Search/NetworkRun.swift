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

        guard let found = search.best, found.score.violation == 0, found.score.late == 0 || !search.isExhausted else {
            throw infeasible(isProven: search.isExhausted, reporter, times)
        }
        // What was found first is taken where the validator refuses the best: the search is at fault then.
        let discarded = ScheduleValidator.violations(of: Schedule(network, found, flow: flow), in: flow)
        assert(discarded.isEmpty, "the search returned a schedule that is not valid: \(discarded)")
        guard let best = discarded.isEmpty ? found : submitted, let schedule = sound(best) else {
            throw InfeasibleFlow(conflicts: [], isProven: false, isComplete: false, discarded: discarded)
        }
        let chain = PlanChain(flow, network, best)
        let solver = VariantSolver(flow, order: order, present: schedule)
        let pareto = options.wantsPareto ? ParetoFront(flow, solver, schedule) : nil
        var paretoBudget = whatIfs(reporter, until: times.paretoEnd, setup)
        let points = pareto?.points(&paretoBudget)
        var adviceBudget = whatIfs(reporter, until: times.end, setup)
        let figures = PlanFigures(network, best)
        let utilization = figures.utilization()
        let first = submitted.flatMap(sound)
        let sensitivities = SensitivityAdvice(flow, solver, utilization, makespan: schedule.makespan)
        let recommendations = NetworkAdvice(flow, schedule, chain, utilization, solver)
            .recommendations(submitted: first, &adviceBudget, others: sensitivities.questions)
        let sensitivity = sensitivities.answers(&adviceBudget)
        let findings = NetworkFindings(
            flow: flow,
            network: network,
            best: best,
            schedule: schedule,
            submitted: first,
            bound: search.bound,
            isOptimal: search.isOptimal && discarded.isEmpty,
            isExhausted: search.isExhausted && discarded.isEmpty,
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
        _ setup: Duration
    ) -> WhatIfBudget {
        WhatIfBudget(
            deadline: end,
            schedules: options.schedulesPerQuestion ?? WhatIfBudget.schedules(steps: network.count),
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
