/// What a shorter step of the critical path would save.
struct DurationAdvice {
    private static let maximumAsked = 6
    private static let maximumNamed = 3
    /// Tenths that are left of a duration.
    private static let tenthsLeft = 9

    private let findings: Findings

    init(_ findings: Findings) {
        self.findings = findings
    }

    /// The longest steps of the critical path.
    var steps: [Int] {
        let durations = findings.project.durations
        let critical = findings.chain.links.map(\.step).filter { durations[$0] > 0 }
        return Array(critical.sorted { (-durations[$0], $0) < (-durations[$1], $1) }.prefix(Self.maximumAsked))
    }

    /// - Parameter left: questions left in all, to share the time.
    func recommendations(
        _ budget: inout WhatIfBudget,
        questions left: Int
    ) -> [Recommendation] {
        let found = steps.enumerated().compactMap { place, step in
            recommendation(step, &budget, left - place)
        }
        return Array(found.sorted { $0.savesSeconds > $1.savesSeconds }.prefix(Self.maximumNamed))
    }

    private func recommendation(
        _ step: Int,
        _ budget: inout WhatIfBudget,
        _ left: Int
    ) -> Recommendation? {
        let place = findings.project.submittedIndex[step]
        let old = findings.problem.flow.steps[place]
        let before = FixedPoint.whole(old.only.duration)
        let after = before / 10 * Self.tenthsLeft + before % 10 * Self.tenthsLeft / 10
        guard after > 0 else { return nil }
        var steps = findings.problem.flow.steps
        steps[place] = old.with(options: [old.only.lasting(FixedPoint.double(after))])
        let flow = findings.problem.flow.with(steps: steps)
        let found = budget.ask(of: left) { WhatIf(findings).answer(of: flow, $0) }
        return found.map { describe(old.id, before, after, $0.makespan) }
    }

    private func describe(_ id: String, _ before: Int, _ after: Int, _ found: Int) -> Recommendation {
        let present = findings.solution.makespan * findings.project.timeUnit
        return Recommendation(
            kind: .shorten,
            text: "Make \"\(id)\" 10 % shorter (\(FixedPoint.text(after)) s instead of \(FixedPoint.text(before)) s): "
                + "saves \(FixedPoint.text(present - found)) s",
            savesSeconds: FixedPoint.double(present - found),
            savesObjective: FixedPoint.double(present - found) * findings.problem.flow.objective.makespan,
            steps: [id],
            resource: nil,
            before: nil,
            amount: FixedPoint.double(before - after),
            evidence: "with \"\(id)\" that short a schedule of \(FixedPoint.text(found)) s was found, as it is one of "
                + "\(FixedPoint.text(present)) s"
        )
    }
}
