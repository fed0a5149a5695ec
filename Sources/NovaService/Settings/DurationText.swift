extension Duration {
    private static let units: [(suffix: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]

    /// Reads `500ms`, `5s`, `1.5m`, `1h` or a plain number of seconds, zero or longer and at most 365 days; nil for
    /// anything else.
    ///
    /// Exact to the millisecond.
    init?(settingText text: String) {
        // "ms" stands before "s" and "m", so the longest suffix that fits is the one that counts.
        let unit = Self.units.first { text.hasSuffix($0.suffix) }
        let digits = unit.map { text.dropLast($0.suffix.count) } ?? text[...]
        // Only digits and one point: `Double` would also take "0x1p3", "1e9", "inf" and "nan".
        guard let first = digits.first, first.isASCII, first.isNumber,
            digits.allSatisfy({ ("0"..."9").contains($0) || $0 == "." }),
            let number = Double(digits)
        else { return nil }
        let milliseconds = number * (unit?.milliseconds ?? 1_000)
        guard milliseconds <= 365 * 86_400_000 else { return nil }
        self = .milliseconds(Int64(milliseconds.rounded()))
    }
}
