import NovaContract

extension OptimizeFlow {
    /// What a schedule must keep to: `constraints` of the request.
    package struct Constraints: Sendable, Equatable {
        /// The least that the flow's quality may be.
        package struct Quality: Sendable, Equatable {
            /// How the qualities of steps make up the flow's.
            package enum Measure: String, Sendable, CaseIterable {
                case minimum
                case mean
                case product
            }

            /// 0…1.
            package let value: Double
            package let measure: Measure

            package init(_ value: Double, _ measure: Measure) {
                self.value = value
                self.measure = measure
            }
        }

        /// Seconds from the flow's start within which it must have finished.
        package let deadline: Double?
        package let maximumCost: Double?
        package let minimumQuality: Quality?
        /// What the chosen options may hold of a resource in all, added up over the steps.
        package let budgets: [String: Double]

        package static let maximumBudgets = 256
        static let members = ["deadline", "max_cost", "min_quality", "budgets"]
    }
}

// MARK: - Reading

extension OptimizeFlow.Constraints {
    /// Of costs and budgets, over all steps.
    private static let totals: ClosedRange<Double> = 0...1e12

    init(_ members: JSONObject, at pointer: JSONPointer, _ validator: inout Validator) {
        func place(_ name: String) -> JSONPointer { pointer.appending(name) }
        validator.understood(members, Self.members, at: pointer)
        deadline = validator.number(members["deadline"], place("deadline"), in: FlowDefinition.times)
        maximumCost = validator.number(members["max_cost"], place("max_cost"), in: Self.totals)
        minimumQuality = Quality(members["min_quality"], at: place("min_quality"), &validator)
        let budgets = validator.amounts(
            members["budgets"],
            place("budgets"),
            in: Self.totals,
            maximum: Self.maximumBudgets
        )
        self.budgets = budgets ?? [:]
    }
}

extension OptimizeFlow.Constraints.Quality {
    /// Reads a number, which is the least of every step, or an object of `value` and `of`.
    fileprivate init?(_ given: JSONValue?, at pointer: JSONPointer, _ validator: inout Validator) {
        switch given {
        case nil, .null:
            return nil
        case .integer, .number, .literal:
            guard let value = validator.number(given, pointer, in: 0...1) else { return nil }
            self.init(value, .minimum)
        case .object(let members):
            validator.known(members, ["value", "of"], at: pointer)
            let value = validator.required(members["value"], pointer.appending("value")) {
                $0.number($1, $2, in: 0...1)
            }
            let measure = Self.measure(members["of"], pointer.appending("of"), &validator)
            guard let value, let measure else { return nil }
            self.init(value, measure)
        case .some(let other):
            validator.fail(pointer, "must be a number, or an object with value and of, not \(other.kindName)")
            return nil
        }
    }

    private static func measure(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        _ validator: inout Validator
    ) -> Measure? {
        guard let value, value != .null else {
            validator.fail(pointer, "is required: one of minimum, mean, product")
            return nil
        }
        return validator.choice(value, pointer, Measure.self)
    }
}
