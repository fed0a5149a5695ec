/// How much of a resource: exact to a thousandth, so that no sum ever drifts.
///
/// Read from a number, or from a text with a suffix as Kubernetes writes quantities: `m` (a thousandth), `k`, `M`, `G`, `T`,
/// `P`, and `Ki`, `Mi`, `Gi`, `Ti`, `Pi`.
package struct Amount: Sendable, Hashable, Comparable {
    /// Thousandths; 0 to `maximum`.
    package let milli: Int64

    package static let zero = Amount(milli: 0)
    /// 9 × 10^12 whole units: what Redis's numbers hold exactly.
    package static let maximum = Amount(milli: 9_000_000_000_000_000)

    package init(milli: Int64) { self.milli = milli }

    package init(whole: Int64) { milli = whole * 1_000 }

    /// Nil where the value is none, negative, too large, or finer than a thousandth.
    package init?(_ value: JSONValue) {
        switch value {
        case .integer(let whole):
            guard whole >= 0, whole <= Self.maximum.milli / 1_000 else { return nil }
            self.init(whole: whole)
        case .number(let number): self.init(number, times: 1)
        case .string(let text): self.init(text)
        default: return nil
        }
    }

    private init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "+" || $0 == "-") }
        let suffix = String(text.dropFirst(digits.count))
        guard let number = Double(digits), let factor = Self.suffixes[suffix] else { return nil }
        self.init(number, times: factor)
    }

    private init?(_ number: Double, times factor: Double) {
        let exact = number * factor * 1_000
        let rounded = exact.rounded()
        // What a decimal number cannot say exactly is not finer than it was meant.
        guard exact >= 0, exact <= Double(Self.maximum.milli), abs(exact - rounded) <= exact * 1e-12 else { return nil }
        milli = Int64(rounded)
    }

    private static let suffixes: [String: Double] = [
        "": 1, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "Ki": 1_024,
        "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776, "Pi": 1_125_899_906_842_624,
    ]

    /// As numbers tell it.
    package var json: JSONValue {
        milli % 1_000 == 0 ? .integer(milli / 1_000) : .number(Double(milli) / 1_000)
    }

    package var double: Double { Double(milli) / 1_000 }

    /// The largest whole amount that is not more.
    package var floored: Amount { Amount(milli: milli - milli % 1_000) }

    package static func < (left: Amount, right: Amount) -> Bool { left.milli < right.milli }
    package static func + (left: Amount, right: Amount) -> Amount { Amount(milli: left.milli + right.milli) }
    package static func - (left: Amount, right: Amount) -> Amount { Amount(milli: left.milli - right.milli) }
    package static func += (left: inout Amount, right: Amount) { left = left + right }
    package static func -= (left: inout Amount, right: Amount) { left = left - right }
}

extension Validator {
    package mutating func amount(_ value: JSONValue?, _ pointer: JSONPointer) -> Amount? {
        guard let value, value != .null else { return nil }
        guard let amount = Amount(value) else {
            fail(pointer, "must be a number from 0, at most to a thousandth, or a size such as \"4G\" or \"250m\"")
            return nil
        }
        return amount
    }
}
