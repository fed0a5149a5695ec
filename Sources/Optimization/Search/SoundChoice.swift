/// The first of some solutions that the validator has nothing against.
///
/// None is ever refused unless the search is at fault. Then a debug build stops here; a release build goes on with the
/// next, at last one step after another, and hands out what was wrong for the log: a valid schedule that is too long
/// helps the caller more than none, an invalid one does harm.
struct SoundChoice {
    let solution: Solution
    let schedule: Schedule
    /// Of the solutions before it.
    let discarded: [ScheduleViolation]

    init(_ problem: PlainProblem, _ candidates: [Solution]) {
        var discarded: [ScheduleViolation] = []
        for candidate in candidates {
            let schedule = Schedule(problem.project, starts: candidate.starts, flow: problem.flow)
            let violations = ScheduleValidator.violations(of: schedule, in: problem.flow)
            if violations.isEmpty {
                self.init(solution: candidate, schedule: schedule, discarded: discarded)
                return
            }
            assertionFailure("the search returned a schedule that is not valid: \(violations)")
            discarded += violations
        }
        let solution = Solution.sequential(problem.project)
        let schedule = Schedule(problem.project, starts: solution.starts, flow: problem.flow)
        self.init(solution: solution, schedule: schedule, discarded: discarded)
    }

    private init(solution: Solution, schedule: Schedule, discarded: [ScheduleViolation]) {
        self.solution = solution
        self.schedule = schedule
        self.discarded = discarded
    }
}
