package import NovaContract

/// How much of a resource: exact to a thousandth, so that no sum ever drifts.
///
/// Read from a number, or from a text as Kubernetes writes quantities (`Quantity`), of which what is finer than a thousandth is
/// rounded up.
package struct Amount: Sendable, Hashable, Comparable {
    /// Thousandths; 0 to `maximum`.
    package let milli: Int64

    package static let zero = Amount(milli: 0)
    /// 9 × 10^12 whole units: what Redis's numbers hold exactly.
    package static let maximum = Amount(milli: 9_000_000_000_000_000)

    package init(milli: Int64) { self.milli = milli }

    package init(whole: Int64) { milli = whole * 1_000 }

    /// Nil where the value is none, negative, too large, or a number finer than a thousandth.
    package init?(_ value: JSONValue) {
        guard let amount = try? Self.read(value).get() else { return nil }
        self = amount
    }

    /// The amount, or what is wrong with the value.
    static func read(_ value: JSONValue) -> Result<Amount, Fault> {
        switch value {
        case .integer(let whole):
            guard whole >= 0 else { return .failure(.init("must not be negative")) }
            guard whole <= maximum.milli / 1_000 else { return .failure(.tooLarge) }
            return .success(Amount(whole: whole))
        case .number(let number): return read(number)
        case .literal(let text):
            // With more digits than a number holds: the nearest one, if it is in the bounds.
            if text.hasPrefix("-") { return .failure(.init("must not be negative")) }
            return value.doubleValue.map { read($0) } ?? .failure(.tooLarge)
        case .string(let text): return read(text)
        default:
            return .failure(
                .init("must be a number from 0, or a size such as \"4G\" or \"250m\", not \(value.kindName)")
            )
        }
    }

    /// What is wrong with an amount, in words that follow its place.
    struct Fault: Error {
        let message: String

        init(_ message: String) { self.message = message }

        static let tooLarge = Fault("must be at most 9000000000000 (9T, about 8381Gi)")
    }

    private static func read(_ number: Double) -> Result<Amount, Fault> {
        guard number >= 0 else { return .failure(.init("must not be negative")) }
        let exact = number * 1_000
        guard exact <= Double(maximum.milli) else { return .failure(.tooLarge) }
        let rounded = exact.rounded()
        // What a decimal number cannot say exactly is not finer than it was meant.
        guard abs(exact - rounded) <= exact * 1e-12 else {
            let near = Amount(milli: max(1, Int64(rounded))).json.jsonString
            return .failure(
                .init("must be said to a thousandth at most, such as \(near), not \(JSONValue(number).jsonString)")
            )
        }
        return .success(Amount(milli: Int64(rounded)))
    }

    private static func read(_ text: String) -> Result<Amount, Fault> {
        do throws(Quantity.Fault) {
            return .success(Amount(milli: try Quantity(text).milli))
        } catch {
            switch error {
            case .negative: return .failure(.init("must not be negative"))
            case .tooLarge: return .failure(.tooLarge)
            case .malformed: return .failure(.init("must be a number, or a size such as \"4G\", \"16Gi\" or \"250m\""))
            case .suffix(let suffix, meant: let meant?):
                let number = text.dropLast(suffix.count)
                return .failure(.init("has an unknown suffix \"\(suffix)\"; did you mean \"\(number)\(meant)\"?"))
            case .suffix:
                let known = "n, u, m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei, or an exponent such as e3"
                return .failure(.init("must be a number with nothing behind it, or with one of \(known)"))
            }
        }
    }

    /// As numbers tell it.
    package var json: JSONValue {
        milli % 1_000 == 0 ? .integer(milli / 1_000) : .number(Double(milli) / 1_000)
    }

    package var double: Double { Double(milli) / 1_000 }

    /// The largest whole amount that is not more.
    package var floored: Amount { Amount(milli: milli - milli % 1_000) }

    package static func < (left: Amount, right: Amount) -> Bool { left.milli < right.milli }
    /// Held at the greatest number there is: what Nova kept may be more together than a request may ask for.
    package static func + (left: Amount, right: Amount) -> Amount {
        let sum = left.milli.addingReportingOverflow(right.milli)
        return Amount(milli: sum.overflow ? (left.milli < 0 ? .min : .max) : sum.partialValue)
    }

    package static func - (left: Amount, right: Amount) -> Amount {
        let rest = left.milli.subtractingReportingOverflow(right.milli)
        return Amount(milli: rest.overflow ? (left.milli < 0 ? .min : .max) : rest.partialValue)
    }

    package static func += (left: inout Amount, right: Amount) { left = left + right }
    package static func -= (left: inout Amount, right: Amount) { left = left - right }
}

extension Validator {
    package mutating func amount(_ value: JSONValue?, _ pointer: JSONPointer) -> Amount? {
        guard let value, value != .null else { return nil }
        switch Amount.read(value) {
        case .success(let amount): return amount
        case .failure(let fault):
            fail(pointer, fault.message)
            return nil
        }
    }
}
