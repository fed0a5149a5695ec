import NovaContract

extension OptimizeFlow {
    /// What is to be small: makespan (seconds), cost and quality, each times its weight, the last with a minus.
    package struct Objective: Sendable, Equatable {
        /// What is weighed.
        private enum Figure: String, CaseIterable {
            case makespan
            case cost
            case quality
        }

        package let makespan: Double
        package let cost: Double
        package let quality: Double

        package init(makespan: Double = 0, cost: Double = 0, quality: Double = 0) {
            self.makespan = makespan
            self.cost = cost
            self.quality = quality
        }

        package static let makespan = Objective(makespan: 1)
    }
}

// MARK: - Reading

extension OptimizeFlow.Objective {
    /// Reads one of three words, or an object of three weights.
    init?(_ value: JSONValue?, at pointer: JSONPointer, _ validator: inout Validator) {
        switch value {
        case nil, .null:
            return nil
        case .string:
            guard let figure = validator.choice(value, pointer, Figure.self) else { return nil }
            self.init([figure: 1])
        case .object(let members):
            self.init(Self.weights(members, pointer, &validator))
        case .some(let other):
            validator.fail(
                pointer,
                "must be makespan, cost, quality, or an object with weights of these, not \(other.kindName)"
            )
            return nil
        }
    }

    private init(_ weights: [Figure: Double]) {
        self.init(
            makespan: weights[.makespan] ?? 0,
            cost: weights[.cost] ?? 0,
            quality: weights[.quality] ?? 0
        )
    }

    /// Another name than the three is refused: a weight that is mistyped would silently count for nothing.
    private static func weights(
        _ members: JSONObject,
        _ pointer: JSONPointer,
        _ validator: inout Validator
    ) -> [Figure: Double] {
        var weights: [Figure: Double] = [:]
        for (name, weight) in members.sorted(by: { $0.key < $1.key }) {
            guard let figure = Figure(rawValue: name) else {
                validator.fail(pointer.appending(name), "must be one of makespan, cost, quality, not \"\(name)\"")
                continue
            }
            weights[figure] = validator.required(weight, pointer.appending(name)) {
                $0.number($1, $2, in: FlowDefinition.amounts)
            }
        }
        if weights.count == members.count, weights.values.allSatisfy({ $0 == 0 }) {
            validator.fail(pointer, "must give makespan, cost or quality a weight above 0")
        }
        return weights
    }
}
