/// One call of the optimizer for a network: bound, search, proof, check, advice.
struct NetworkRun {
    private static let stagnationPerStep = 2_000

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
        if let infeasible = quickConflicts(times) { throw infeasible }
        let windows = NetworkWindows(network)
        let reporter = ProgressReporter(
            network.seconds,
            LowerBound(network, windows),
            begin: begin,
            options,
            onProgress: onProgress
        )
        let search = NetworkSearch(
            flow,
            network,
            seed: options.seed,
            budget: budget(reporter, until: times.searchEnd),
            targetGap: options.targetGap
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
            stagnation: options.stagnation ?? Self.stagnationPerStep * max(10, network.count),
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
    private func quickConflicts(_ times: PhaseTimes) -> InfeasibleFlow? {
        let conflicts = FlowConflicts(flow, order: order)
        guard conflicts.isSurely(infeasible: flow) else { return nil }
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

    init(_ options: OptimizerOptions, begin: ContinuousClock.Instant) {
        let isAsked = options.schedulesPerQuestion != 0
        let kept = isAsked ? min(options.timeLimit * Self.adviceShare, Self.adviceMaximum) : .zero
        end = begin + options.timeLimit
        paretoEnd = end - kept
        // The front takes as long as the first search.
        searchEnd = options.wantsPareto ? begin + (options.timeLimit - kept) / 2 : paretoEnd
    }
}

/// Why there is no schedule.
package struct InfeasibleFlow: Error, Sendable {
    /// One thing that is asked and cannot be had together with the others.
    package struct Conflict: Sendable, Equatable {
        /// Where it stands in the flow.
        package let path: [FlowIssue.PathElement]
        package let message: String
    }

    /// What cannot all be kept, even if everything else that may be given up were given up; without any one of them it could, or
    /// it is not known that it could not.
    ///
    /// There may be other such sets beside it. Empty where it is not proven that there is no schedule.
    package let conflicts: [Conflict]
    /// False: none was found in the time there was.
    package let isProven: Bool
    /// False: the time was over before all conflicts were found, or some could not be decided.
    package let isComplete: Bool
    /// What was wrong with a schedule that was found and thrown away for it.
    ///
    /// Empty unless Nova itself is at fault: to be logged as an error.
    package let discarded: [ScheduleViolation]

    init(conflicts: [Conflict], isProven: Bool, isComplete: Bool, discarded: [ScheduleViolation] = []) {
        self.conflicts = conflicts
        self.isProven = isProven
        self.isComplete = isComplete
        self.discarded = discarded
    }
}

extension Schedule {
    init(_ network: Network, _ plan: Plan, flow: Flow) {
        let open = (0..<network.count).map { index -> (Int, ScheduledStep) in
            let place = network.submittedIndex[index]
            let way = plan.ways[index]
            let step = ScheduledStep(
                step: flow.steps[place].id,
                start: network.seconds(plan.starts[index]),
                finish: network.seconds(plan.starts[index] + network.ways.durations[way]),
                option: flow.steps[place].options[network.ways.options[way]].name
            )
            return (place, step)
        }
        let begun = network.begun.map { begun in
            let step = ScheduledStep(
                step: flow.steps[begun.submittedIndex].id,
                start: network.seconds(begun.start),
                finish: network.seconds(begun.finish),
                option: begun.option.name
            )
            return (begun.submittedIndex, step)
        }
        let steps = (open + begun).sorted { ($0.1.start, $0.0) < ($1.1.start, $1.0) }.map(\.1)
        self.init(steps: steps, makespan: steps.reduce(0) { max($0, $1.finish) })
    }
}
