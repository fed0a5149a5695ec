/// What a checker says of a history.
package struct Verdict: Sendable {
    package let violations: [Violation]
    /// Commands that were sent, and those of them that Nova took.
    package let sent: Int
    package let acknowledged: Int
    /// Changes of flows that were completed, all checked against each other.
    package let effects: Int
    package let gapsTold: Int
    /// Injected faults by kind.
    package let faults: [String: Int]

    package var isGood: Bool { violations.isEmpty }

    package func count(_ kind: Violation.Kind) -> Int { violations.count { $0.kind == kind } }

    /// Violations in words, at most `limit`.
    package func words(_ limit: Int = 20) -> String {
        var lines = violations.prefix(limit).map(\.description)
        if violations.count > limit { lines.append("and \(violations.count - limit) more") }
        return lines.joined(separator: "\n")
    }
}
