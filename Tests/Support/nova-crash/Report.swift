import CrashKit

/// The table at the end.
struct Report {
    private let verdict: Verdict

    init(_ verdict: Verdict) {
        self.verdict = verdict
    }

    var text: String {
        var rows: [(String, Int)] = [
            ("commands sent", verdict.sent), ("commands acknowledged", verdict.acknowledged),
            ("changes compared", verdict.effects),
            ("faults injected", verdict.faults.values.reduce(0, +)),
        ]
        rows += verdict.faults.sorted { $0.key < $1.key }.map { ("  " + $0.key, $0.value) }
        rows += [("gaps told", verdict.gapsTold)]
        rows += Violation.Kind.allCases.map { ($0.rawValue, verdict.count($0)) }
        let width = rows.map(\.0.count).max() ?? 0
        return "\n"
            + rows.map { name, count in
                name + String(repeating: " ", count: width - name.count) + String(count).leftPadded(to: 8)
            }.joined(separator: "\n")
            + "\n\n" + (verdict.isGood ? "every promise was kept" : "PROMISES WERE BROKEN")
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
