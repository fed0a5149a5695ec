/// One call of the optimizer: bound, search, check, advice.
struct OptimizerRun {
    /// Share of the time limit kept for the recommendations, and the most that is kept.
    private static let adviceShare = 0.2
    private static let adviceMaximum = Duration.seconds(1)
    private static let stagnationPerStep = 1_000

    private let begin = ContinuousClock.now
    private let problem: FlowProblem
    private let options: OptimizerOptions
    private let isCancelled: () -> Bool
    private let windows: TimeWindows
    private let bound: LowerBound
    private let reporter: ProgressReporter

    private var project: Project { problem.project }

    init(
        _ problem: FlowProblem,
        _ options: OptimizerOptions,
        isCancelled: @escaping () -> Bool,
        onProgress: @escaping (OptimizerProgress) -> Void
    ) {
        self.problem = problem
        self.options = options
        self.isCancelled = isCancelled
        windows = TimeWindows(problem.project)
        bound = LowerBound(problem.project, windows)
        reporter = ProgressReporter(problem.project, bound, begin: begin, options, onProgress: onProgress)
    }

    func outcome() -> OptimizationOutcome {
        let search = ScheduleSearch(
            project,
            windows,
            from: Array(0..<project.count),
            goal: bound.units,
            seed: options.seed,
            budget: searchBudget,
            proves: true
        )
        let submitted = search.best
        let setup = begin.duration(to: .now)
        reporter.note(search)
        search.run(reporter.note)

        let choice = SoundChoice(problem, [search.best, submitted])
        let findings = Findings(
            problem: problem,
            windows: windows,
            submitted: submitted,
            solution: choice.solution,
            bound: search.isExhausted ? bound.raised(to: search.best.makespan) : bound
        )
        var budget = WhatIfBudget(
            deadline: begin + options.timeLimit,
            schedules: options.schedulesPerQuestion ?? WhatIfBudget.schedules(steps: project.count),
            firstEstimate: setup * 2,
            isCancelled: isCancelled,
            onSchedule: { [reporter] now, _ in reporter.heartbeat(now, iterations: nil) }
        )
        let advice = Advisor(findings).advice(&budget)
        return OptimizationOutcome(findings, choice, advice, search.budget)
    }

    private var searchBudget: SearchBudget {
        let isAsked = options.schedulesPerQuestion != 0
        let kept = isAsked ? min(options.timeLimit * Self.adviceShare, Self.adviceMaximum) : .zero
        return SearchBudget(
            deadline: begin + options.timeLimit - kept,
            maximumIterations: options.stepBudget,
            stagnation: options.stagnation ?? Self.stagnationPerStep * project.count,
            isCancelled: isCancelled,
            onSchedule: { [reporter] in reporter.heartbeat($0, iterations: $1) }
        )
    }
}
