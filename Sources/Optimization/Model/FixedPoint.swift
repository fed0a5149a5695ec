/// Seconds and amounts as whole millionths.
///
/// Feasibility is decided on whole numbers, so that it is exact: 0.1 + 0.2 of something fits into 0.3 of it. Each number
/// of a flow is cut to whole millionths once, on the way in. It is cut downward, nearly all of them: the sum of what was cut is
/// then never more than what the sum was cut to, so that whatever adds up to a capacity, a deadline or a budget fits into
/// it, also six times 0.16666666666666666 into 1. Only greatest lags are cut upward (`StepLag.greatest`), as what they add up to must not be
/// less than the least lags that they were meant to leave room for.
enum FixedPoint {
    static let scale = 1_000_000
    /// A number this near to a whole one is meant to be it.
    ///
    /// Of the 10,000 steps of a flow together that is less than half a millionth, so that the rule above holds all the same.
    private static let tolerance = 1e-6

    /// `value` must be finite and at most 1e12 in magnitude: 1e18 millionths, of which nine fit into an `Int`.
    static func whole(_ value: Double) -> Int {
        whole(value, .down)
    }

    /// The same cut upward.
    static func wholeUp(_ value: Double) -> Int {
        whole(value, .up)
    }

    private static func whole(_ value: Double, _ direction: FloatingPointRoundingRule) -> Int {
        let exact = value * Double(scale)
        let nearest = exact.rounded()
        // Above 2e9 the product itself is no more exact than a few units of its last place.
        let isMeant = abs(exact - nearest) <= max(tolerance, 2 * exact.ulp)
        return Int(isMeant ? nearest : exact.rounded(direction))
    }

    /// Whether `whole` may be asked of it.
    static func isWhole(_ value: Double) -> Bool { value.magnitude <= 1e12 }

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

/// Greatest common divisor of two numbers, 0 only when both are; of moments before the flow's start as of those after it.
func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    var (larger, smaller) = (abs(first), abs(second))
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
}
