/// Spans of time for people.
enum SpanText {
    /// `0 s`, `0.25 s`, `47 s`, `3 min 20 s`, `2 h 05 min`, `4 d 3 h`; three digits at least, two units at most.
    static func of(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "?" }
        if seconds < 0 { return "-" + of(-seconds) }
        if seconds < 10 { return decimals(seconds, 2) + " s" }
        if seconds < 60 { return decimals(seconds, 1) + " s" }
        let whole = (seconds < 3_600 ? seconds : (seconds / 60).rounded() * 60).rounded()
        guard let total = Int(exactly: whole) else { return "\(whole) s" }
        let (days, hours, minutes) = (total / 86_400, total / 3_600 % 24, total / 60 % 60)
        if total < 3_600 { return pair(total / 60, "min", total % 60, "s") }
        return days > 0 ? pair(days, "d", hours, "h") : pair(hours, "h", minutes, "min")
    }

    private static func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }

    /// At most `count` decimals, none that are zero at the end.
    static func decimals(_ number: Double, _ count: Int) -> String {
        var factor = 1.0
        for _ in 0..<count { factor *= 10 }
        let scaled = (number * factor).rounded()
        guard let whole = Int(exactly: scaled), whole != 0 else { return scaled == 0 ? "0" : "\(number)" }
        let sign = whole < 0 ? "-" : ""
        let digits = String(whole.magnitude)
        let filled = String(repeating: "0", count: max(0, count + 1 - digits.count)) + digits
        var fraction = String(filled.suffix(count))
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return sign + filled.dropLast(count) + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// `76 %`.
    static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "?" }
        return decimals(share * 100, 0) + " %"
    }
}
