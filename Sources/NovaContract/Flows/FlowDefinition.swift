/// A flow as clients describe it: steps, what they need, what must come before, and how much there is of everything.
package struct FlowDefinition: Sendable, Equatable {
    package struct Step: Sendable, Equatable {
        package let id: String
        /// Seconds.
        package let duration: Double
        /// Amount of each resource the step holds while it runs.
        package let resources: [String: Double]
        /// Ids of the steps that must have finished before this one starts.
        package let dependencies: [String]

        package init(id: String, duration: Double, resources: [String: Double] = [:], dependencies: [String] = []) {
            self.id = id
            self.duration = duration
            self.resources = resources
            self.dependencies = dependencies
        }
    }

    /// In the order they were submitted, which is the order the result is compared with.
    package var steps: [Step]
    /// Amount of each resource there is at any time.
    ///
    /// A resource that is not named here is not limited.
    package var capacity: [String: Double]

    package init(steps: [Step] = [], capacity: [String: Double] = [:]) {
        self.steps = steps
        self.capacity = capacity
    }

    package static let maximumSteps = 10_000
}

// MARK: - JSON

extension FlowDefinition {
    /// Reads `steps` and `capacity` from `object`.
    ///
    /// Types, ranges and required members are checked here; what needs the whole flow (cycles, unknown ids, demand
    /// above capacity) is checked by the `Optimization` room.
    package init(_ object: JSONValue?, at pointer: JSONPointer, _ validator: inout Validator) {
        let stepsPointer = pointer.appending("steps")
        let elements = validator.array(object?["steps"], stepsPointer) ?? []
        if elements.count > Self.maximumSteps {
            validator.fail(stepsPointer, "must have at most \(Self.maximumSteps) steps, not \(elements.count)")
        }
        steps = elements.prefix(Self.maximumSteps).enumerated().compactMap { index, element in
            Step(element, at: stepsPointer.appending(index), &validator)
        }
        capacity = Self.amounts(object?["capacity"], pointer.appending("capacity"), &validator)
    }

    fileprivate static func amounts(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        _ validator: inout Validator
    ) -> [String: Double] {
        var amounts: [String: Double] = [:]
        for (name, amount) in validator.object(value, pointer) ?? [:] {
            let place = pointer.appending(name)
            if let number = validator.required(amount, place, { $0.number($1, $2, in: 0...1e9) }) {
                amounts[name] = number
            }
        }
        return amounts
    }

    package var json: JSONValue {
        [
            "steps": .array(steps.map(\.json)),
            "capacity": .object(capacity.mapValues { JSONValue($0) }),
        ]
    }
}

extension FlowDefinition.Step {
    fileprivate init?(_ value: JSONValue, at pointer: JSONPointer, _ validator: inout Validator) {
        guard case .object(let members) = value else {
            validator.fail(pointer, "must be an object with id and duration, not \(value.kindName)")
            return nil
        }
        let id = validator.required(members["id"], pointer.appending("id")) {
            $0.string($1, $2, length: 1...EntityID.maximumBytes)
        }
        let duration = validator.required(members["duration"], pointer.appending("duration")) {
            $0.number($1, $2, in: 0...1e8)
        }
        let resources = FlowDefinition.amounts(members["resources"], pointer.appending("resources"), &validator)
        let dependencies = validator.strings(members["dependencies"], pointer.appending("dependencies")) ?? []
        guard let id, let duration else { return nil }
        self.init(id: id, duration: duration, resources: resources, dependencies: dependencies)
    }

    fileprivate var json: JSONValue {
        [
            "id": .string(id),
            "duration": JSONValue(duration),
            "resources": .object(resources.mapValues { JSONValue($0) }),
            "dependencies": JSONValue(dependencies),
        ]
    }
}
