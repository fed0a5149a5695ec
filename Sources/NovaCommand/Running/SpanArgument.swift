import ArgumentParser

/// A span of time on the command line: `500ms`, `30s`, `15m`, `12h`, `90d`, or a number of seconds.
struct SpanArgument: ExpressibleByArgument, Equatable {
    let milliseconds: Int64

    private static let units: [(suffix: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// Nil for anything else, and for more than a hundred years.
    init?(argument: String) {
        // "ms" stands before "s" and "m": the first suffix that fits is the longest.
        let unit = Self.units.first { argument.hasSuffix($0.suffix) }
        let digits = unit.map { argument.dropLast($0.suffix.count) } ?? argument[...]
        guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) || $0 == "." }),
            let number = Double(digits)
        else { return nil }
        let milliseconds = number * (unit?.milliseconds ?? 1_000)
        guard milliseconds <= 36_525 * 86_400_000 else { return nil }
        self.milliseconds = Int64(milliseconds.rounded())
    }

    init(milliseconds: Int64) { self.milliseconds = milliseconds }

    var defaultValueDescription: String { SpanText.of(Double(milliseconds) / 1_000) }
    var duration: Duration { .milliseconds(milliseconds) }
}
