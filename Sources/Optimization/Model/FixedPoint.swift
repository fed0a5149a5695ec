/// Seconds and amounts as whole millionths.
///
/// Feasibility is decided on whole numbers, so that it is exact: 0.1 + 0.2 of something fits into 0.3 of it. Each number
/// of a flow is rounded to the nearest millionth once, on the way in; two numbers that differ by less are the same.
enum FixedPoint {
    static let scale = 1_000_000

    /// `value` must be finite and at most 1e12 in magnitude.
    static func whole(_ value: Double) -> Int {
        Int((value * Double(scale)).rounded())
    }

    static func double(_ whole: Int) -> Double {
        Double(whole) / Double(scale)
    }

    /// Decimal text without trailing zeros: `12`, `0.3`, `1.000001`.
    ///
    /// Exact, unlike printing the double.
    static func text(_ whole: Int) -> String {
        let (units, fraction) = whole.magnitude.quotientAndRemainder(dividingBy: UInt(scale))
        let sign = whole < 0 ? "-" : ""
        guard fraction > 0 else { return "\(sign)\(units)" }
        var digits = String(fraction)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(units).\(digits)"
    }

    static func text(_ value: Double) -> String {
        text(whole(value))
    }
}

/// Greatest common divisor of two numbers that are 0 or more; 0 only when both are.
func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    var (larger, smaller) = (first, second)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
}
