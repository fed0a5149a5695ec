package import NovaContract

/// How often, and how late, a task that failed is tried again.
package struct RetryRule: Sendable, Equatable {
    /// Attempts after the first.
    package var maximum: Int
    /// Bound of the random wait before the second attempt, in seconds; it doubles with each.
    package var backoff: Double
    /// Bound of that bound, in seconds.
    package var backoffMaximum: Double

    package static let none = RetryRule(maximum: 0)

    package init(maximum: Int, backoff: Double = 1, backoffMaximum: Double = 60) {
        self.maximum = maximum
        self.backoff = backoff
        self.backoffMaximum = backoffMaximum
    }

    /// A whole number, or an object of `maximum`, `backoff` and `backoff_maximum`.
    init?(_ value: JSONValue?, at pointer: JSONPointer, _ validator: inout Validator) {
        guard let value, value != .null else { return nil }
        guard case .object(let members) = value else {
            guard let maximum = validator.integer(value, pointer, in: 0...100) else { return nil }
            self.init(maximum: maximum)
            return
        }
        validator.known(members, ["maximum", "backoff", "backoff_maximum"], at: pointer)
        let known = RetryRule.none
        self.init(
            maximum: validator.integer(members["maximum"], pointer.appending("maximum"), in: 0...100) ?? known.maximum,
            backoff: validator.number(members["backoff"], pointer.appending("backoff"), in: 0...86_400)
                ?? known.backoff,
            backoffMaximum: validator.number(
                members["backoff_maximum"],
                pointer.appending("backoff_maximum"),
                in: 0...86_400
            ) ?? known.backoffMaximum
        )
    }

    package var json: JSONValue {
        [
            "maximum": JSONValue(maximum), "backoff": JSONValue(backoff),
            "backoff_maximum": JSONValue(backoffMaximum),
        ]
    }
}
