import NovaContract

/// The text of an amount, as Kubernetes writes quantities.
///
/// A decimal number, then one of: nothing; `n`, `u`, `m`, `k`, `M`, `G`, `T`, `P`, `E` (powers of 1,000); `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei`
/// (powers of 1,024); or `e` or `E` with a whole exponent of 10. It is computed exactly, and what is finer than a thousandth is rounded
/// up to the next, as Kubernetes does with its smallest unit.
struct Quantity {
    /// What is wrong with a text that is none.
    enum Fault: Error {
        case malformed
        case negative
        case tooLarge
        /// A suffix that is not known, and what it may have meant.
        case suffix(String, meant: String?)
    }

    let milli: Int64

    /// Digits that are computed with; of a longer number what is behind them counts as a little more than nothing.
    private static let maximumDigits = 18
    private static let maximumBytes = 100

    init(_ text: String) throws(Fault) {
        guard text.utf8.count <= Self.maximumBytes else { throw .malformed }
        var rest = Substring(text)
        var isNegative = false
        if let sign = rest.first, sign == "+" || sign == "-" {
            isNegative = sign == "-"
            rest.removeFirst()
        }
        let whole = rest.digits
        rest.removeFirst(whole.count)
        var fraction: Substring = ""
        if rest.first == "." {
            rest.removeFirst()
            fraction = rest.digits
            rest.removeFirst(fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { throw .malformed }
        let scale = try Self.scale(String(rest))
        let digits = (whole + fraction).drop { $0 == "0" }
        let kept = digits.prefix(Self.maximumDigits)
        guard let mantissa = Int128(kept), mantissa > 0 else {
            milli = 0
            return
        }
        if isNegative { throw .negative }
        let dropped = digits.dropFirst(kept.count)
        // In thousandths: three places more.
        let tens = scale.tens + 3 - fraction.count + dropped.count
        milli = try Self.milli(mantissa, tens, twos: scale.twos, isMore: dropped.contains { $0 != "0" })
    }

    /// mantissa × 10^tens × 2^twos, rounded up; `isMore` where the mantissa was a little more.
    ///
    /// A mantissa is below 10^18 and 2^twos at most 2^60, so that their product is below 2^120.
    private static func milli(_ mantissa: Int128, _ tens: Int, twos: Int, isMore: Bool) throws(Fault) -> Int64 {
        var value = mantissa << Int128(twos)
        var rest = isMore
        if tens >= 0 {
            for _ in 0..<tens {
                guard value <= Int128(Amount.maximum.milli) else { throw .tooLarge }
                value *= 10
            }
        } else {
            for _ in 0..<(-tens) where value > 0 {
                rest = rest || value % 10 != 0
                value /= 10
            }
        }
        if rest { value += 1 }
        guard value <= Int128(Amount.maximum.milli) else { throw .tooLarge }
        return Int64(value)
    }

    private static let decimal: [String: Int] = [
        "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
    ]
    private static let binary: [String: Int] = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60]

    private static func scale(_ suffix: String) throws(Fault) -> (tens: Int, twos: Int) {
        if let tens = decimal[suffix] { return (tens, 0) }
        if let twos = binary[suffix] { return (0, twos) }
        if suffix.first == "e" || suffix.first == "E" {
            var exponent = suffix.dropFirst()
            let isNegative = exponent.first == "-"
            if isNegative || exponent.first == "+" { exponent.removeFirst() }
            if !exponent.isEmpty, exponent.digits.count == exponent.count {
                // With more digits it is nothing, or too large, whatever it is.
                let significant = exponent.drop { $0 == "0" }
                let tens = significant.count <= 4 ? Int(significant) ?? 0 : 9_999
                return (isNegative ? -tens : tens, 0)
            }
        }
        let known = Array(decimal.keys) + Array(binary.keys)
        let meant = known.filter { !$0.isEmpty && $0.lowercased() == suffix.lowercased() }.sorted()
        throw .suffix(suffix, meant: meant.first)
    }
}

extension Substring {
    /// Those of 0 to 9 that it begins with.
    fileprivate var digits: Substring { prefix { $0.isASCII && $0.isWholeNumber } }
}
