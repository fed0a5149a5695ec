/// Asks what would make the flow shorter and puts the answers in order of effect.
struct Advisor {
    private let findings: Findings

    init(_ findings: Findings) {
        self.findings = findings
    }

    /// - Parameter others: questions that somebody else will ask, to share the time.
    func advice(_ budget: inout WhatIfBudget, others: Int) -> Advice {
        if let reason = ReasonForNone.before(findings) { return Advice(recommendations: [], reasonForNone: reason) }
        let resources = ResourceAdvice(findings)
        let durations = DurationAdvice(findings)
        let ofResources = resources.resources.count
        let ofDurations = durations.steps.count

        var found = adoption.map { [$0] } ?? []
        found += OrderAdvice(findings).recommendations(&budget)
        found += resources.recommendations(&budget, questions: ofResources + ofDurations + others)
        found += durations.recommendations(&budget, questions: ofDurations + others)
        guard !found.isEmpty else {
            return Advice(recommendations: [], reasonForNone: ReasonForNone.after(findings, isCutShort: budget.isOver))
        }
        // Stable: at equal savings the simpler kind stays first.
        let order = found.indices.sorted { (-found[$0].savesSeconds, $0) < (-found[$1].savesSeconds, $1) }
        return Advice(recommendations: order.map { found[$0] }, reasonForNone: nil)
    }

    private var adoption: Recommendation? {
        let project = findings.project
        let submitted = findings.submitted.makespan
        let makespan = findings.solution.makespan
        guard makespan < submitted else { return nil }
        let moved = project.order(by: findings.solution.starts)
            .filter { findings.solution.starts[$0] != findings.submitted.starts[$0] }
        return Recommendation(
            kind: .adoptSchedule,
            text: "Run the steps as in the schedule: \(project.text(makespan)) s instead of "
                + "\(project.text(submitted)) s in the submitted order; saves \(project.text(submitted - makespan)) s",
            savesSeconds: project.seconds(submitted - makespan),
            savesObjective: project.seconds(submitted - makespan) * findings.problem.flow.objective.makespan,
            steps: moved.map(findings.id),
            resource: nil,
            before: nil,
            amount: nil,
            evidence: "both were scheduled; the schedule was checked against every dependency and capacity"
        )
    }
}
