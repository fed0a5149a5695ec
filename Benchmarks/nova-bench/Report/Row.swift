/// One measurement: what, how often, how long, and against what.
struct Row {
    static let isFigure = [false, true, true, true, false, true]

    let cells: [String]

    init(
        _ name: String,
        perSecond: String = "",
        p50: String = "",
        p99: String = "",
        reference: String = "",
        ratio: String = ""
    ) {
        cells = [name.isEmpty ? "" : "  " + name, perSecond, p50, p99, reference, ratio]
    }

    /// A rate beside another one.
    init(_ name: String, _ rate: Double, against reference: String, _ other: Double) {
        self.init(
            name,
            perSecond: Figure.rate(rate),
            reference: "\(reference): \(Figure.rate(other))",
            ratio: Figure.ratio(rate / other)
        )
    }
}

/// Numbers as the table shows them.
enum Figure {
    /// Whole, with thousands apart.
    static func rate(_ number: Double) -> String {
        let digits = String(Int(number.rounded()))
        return String(
            digits.enumerated().flatMap { index, digit in
                index > 0 && (digits.count - index) % 3 == 0 ? [",", digit] : [digit]
            }
        )
    }

    static func ratio(_ number: Double) -> String { fixed(number) }

    static func milliseconds(_ duration: Duration) -> String { fixed(duration / .milliseconds(1)) + " ms" }

    /// Two digits behind the point.
    static func fixed(_ number: Double) -> String {
        let hundredths = Int((number * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
