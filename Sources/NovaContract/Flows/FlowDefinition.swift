/// A flow as clients describe it: steps, what they need, what must come before, and how much there is of everything.
package struct FlowDefinition: Sendable, Equatable {
    /// In the order they were submitted, which is the order the result is compared with.
    package var steps: [Step]
    /// How much there is of each resource.
    ///
    /// A resource that is not named here is not limited.
    package var capacity: [String: Capacity]

    package init(steps: [Step] = [], capacity: [String: Capacity] = [:]) {
        self.steps = steps
        self.capacity = capacity
    }

    /// Seconds from the flow's start at which something of it began or ended for the last time; 0: nothing has begun.
    package var lastProgress: Double {
        steps.compactMap(\.progress).map { $0.finished ?? $0.started }.max() ?? 0
    }

    package static let maximumSteps = 10_000
    /// How long something may take, in seconds.
    static let durations: ClosedRange<Double> = 0...1e8
    /// When something may be, in seconds from the flow's start.
    static let times: ClosedRange<Double> = 0...1e12
    /// Of a resource, of costs, and of what counts how much.
    static let amounts: ClosedRange<Double> = 0...1e9
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
        capacity = Self.capacity(object?["capacity"], pointer.appending("capacity"), &validator)
    }

    private static func capacity(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        _ validator: inout Validator
    ) -> [String: Capacity] {
        var capacity: [String: Capacity] = [:]
        for (name, member) in validator.object(value, pointer) ?? [:] {
            capacity[name] = Capacity(member, at: pointer.appending(name), &validator)
        }
        return capacity
    }

    package var json: JSONValue {
        ["steps": .array(steps.map(\.json)), "capacity": .object(capacity.mapValues(\.json))]
    }
}
