import NovaContract

extension FlowDefinition.Step {
    /// Another step that a step waits for, and for how long.
    package struct Lag: Sendable, Equatable {
        /// What the time is counted from.
        package enum Origin: String, Sendable, CaseIterable {
            case start
            case finish
        }

        static let members = ["step", "from", "min_lag", "max_lag"]

        /// Id of the other step, the one that comes first.
        package let step: String
        package let origin: Origin
        /// Seconds that must have passed.
        package let minimum: Double
        /// Seconds after which it is too late; nil: never.
        package let maximum: Double?

        package init(step: String, from origin: Origin = .finish, minimum: Double = 0, maximum: Double? = nil) {
            self.step = step
            self.origin = origin
            self.minimum = minimum
            self.maximum = maximum
        }

        /// Whether the other step must have finished, and that is all.
        package var isPlain: Bool { origin == .finish && minimum == 0 && maximum == nil }
    }
}

// MARK: - JSON

extension FlowDefinition.Step.Lag {
    /// Reads the id of a step, or an object of `step`, `from`, `min_lag` and `max_lag`.
    init?(_ value: JSONValue, at pointer: JSONPointer, _ validator: inout Validator) {
        switch value {
        case .string:
            guard let step = Self.step(value, pointer, &validator) else { return nil }
            self.init(step: step)
        case .object(let members):
            self.init(members, at: pointer, &validator)
        default:
            validator.fail(pointer, "must be the id of a step, or an object with step, not \(value.kindName)")
            return nil
        }
    }

    private init?(_ members: JSONObject, at pointer: JSONPointer, _ validator: inout Validator) {
        func place(_ name: String) -> JSONPointer { pointer.appending(name) }
        validator.known(members, Self.members, at: pointer)
        let step = validator.required(members["step"], place("step")) { Self.step($1, $2, &$0) }
        let origin = validator.choice(members["from"], place("from"), Origin.self) ?? .finish
        let minimum = validator.number(members["min_lag"], place("min_lag"), in: FlowDefinition.durations) ?? 0
        let maximum = validator.number(members["max_lag"], place("max_lag"), in: FlowDefinition.durations)
        if let maximum, maximum < minimum - FlowDefinition.timeRounding {
            let (least, given) = (JSONValue(minimum).jsonString, JSONValue(maximum).jsonString)
            validator.fail(place("max_lag"), "must be at least min_lag, which is \(least), not \(given)")
        }
        guard let step else { return nil }
        self.init(step: step, from: origin, minimum: minimum, maximum: maximum)
    }

    private static func step(_ value: JSONValue?, _ pointer: JSONPointer, _ validator: inout Validator) -> String? {
        validator.stepID(value, pointer)
    }

    /// The id alone where that says it all.
    var json: JSONValue {
        guard !isPlain else { return .string(step) }
        var members: JSONObject = [
            "step": .string(step), "from": .string(origin.rawValue), "min_lag": JSONValue(minimum),
        ]
        if let maximum { members["max_lag"] = JSONValue(maximum) }
        return .object(members)
    }
}
