/// Schedules variants of a flow.
struct WhatIf {
    private let findings: Findings

    init(_ findings: Findings) {
        self.findings = findings
    }

    struct Answer {
        /// Millionths of a second.
        let makespan: Int
        let schedule: Schedule
    }

    /// The best schedule that is found for a flow which differs from the present one only in greater capacities and
    /// shorter durations.
    ///
    /// The search starts from the present schedule, which is never longer in the variant.
    /// - Returns: nil when nothing shorter than the present schedule was found, or is possible.
    func answer(of flow: Flow, _ budget: SearchBudget) -> Answer? {
        let present = findings.solution.makespan * findings.project.timeUnit
        // Where the present one misses the deadline, what misses it by less is an answer.
        let flow = flow.with(constraints: FlowConstraints())
        let variant = PlainProblem(variant: flow, of: findings.problem)
        let windows = TimeWindows(variant.project)
        let bound = LowerBound(variant.project, windows)
        guard bound.units * variant.project.timeUnit < present else { return nil }
        let search = ScheduleSearch(
            flow,
            variant.project,
            windows,
            bound: bound,
            from: findings.project.order(by: findings.solution.starts),
            seed: 1,
            budget: budget
        )
        search.run { _ in }
        let found = search.best.makespan * variant.project.timeUnit
        guard found < present else { return nil }
        let schedule = Schedule(variant.project, starts: search.best.starts, flow: flow)
        guard ScheduleValidator.violations(of: schedule, in: flow).isEmpty else { return nil }
        return Answer(makespan: found, schedule: schedule)
    }
}
