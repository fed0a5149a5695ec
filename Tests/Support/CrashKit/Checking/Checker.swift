/// Decides from a history alone whether Nova kept its promises; changes and asks nothing.
package struct Checker: Sendable {
    private let history: HistoryRecord

    package init(_ history: HistoryRecord) {
        self.history = history
    }

    package func verdict() -> Verdict {
        let facts = CheckedFacts(history)
        let violations =
            AnswerRule.violations(facts) + EndRule.violations(facts) + EventRule.violations(facts)
            + EffectRule.violations(facts) + OrderRule.violations(facts) + AgreementRule.violations(facts)
            + DeadLetterRule.violations(facts) + PoisonRule.violations(facts)
        return Verdict(
            violations: violations,
            sent: history.sent.count,
            acknowledged: facts.acknowledged.count,
            effects: facts.effects.values.reduce(0) { $0 + $1.count },
            gapsTold: history.gaps.count,
            faults: history.faults.filter { !$0.kind.isEmpty }.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
        )
    }
}
