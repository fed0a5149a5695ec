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

    /// As a settings file has it, exact to the millisecond: whole hours, else whole seconds, else milliseconds.
    var settingText: String {
        let milliseconds = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        if milliseconds > 0, milliseconds % 3_600_000 == 0 { return "\(milliseconds / 3_600_000)h" }
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000)s" : "\(milliseconds)ms"
    }
}
