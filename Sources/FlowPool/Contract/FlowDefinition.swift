package import NovaContract

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
    /// Dependencies of all steps together.
    package static let maximumLinks = 200_000
    /// Resources that have a capacity, and that one option may name.
    package static let maximumResources = 256
    /// How long something may take, in seconds.
    static let durations: ClosedRange<Double> = 0...1e8
    /// When something may be, in seconds from the flow's start.
    static let times: ClosedRange<Double> = 0...1e12
    /// Seconds: whether times that are nearer than this are in order is for the `Optimization` room to say, which rounds them.
    static let timeRounding = 1e-6
    /// When something was or is wanted by: also before the flow's start.
    static let dues: ClosedRange<Double> = -1e12...1e12
    static let members = ["steps", "capacity"]
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
        let steps = elements.prefix(Self.maximumSteps).enumerated().compactMap { index, element in
            Step(element, at: stepsPointer.appending(index), &validator)
        }
        let links = steps.reduce(0) { $0 + $1.waits.count }
        if links > Self.maximumLinks {
            validator.fail(stepsPointer, "must have at most \(Self.maximumLinks) dependencies together, not \(links)")
        }
        self.steps = steps
        capacity = Self.capacity(object?["capacity"], pointer.appending("capacity"), &validator)
    }

    private static func capacity(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        _ validator: inout Validator
    ) -> [String: Capacity] {
        var capacity: [String: Capacity] = [:]
        for (name, member) in validator.byResource(value, pointer, maximum: maximumResources) {
            capacity[name] = Capacity(member, at: pointer.appending(name), &validator)
        }
        return capacity
    }

    package var json: JSONValue {
        ["steps": .array(steps.map(\.json)), "capacity": .object(capacity.mapValues(\.json))]
    }
}

extension Validator {
    /// The members of an object that is ordered by the names of resources; of what a Nova wrote any.
    mutating func byResource(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        maximum: Int
    ) -> [(name: String, value: JSONValue)] {
        guard source == .request else {
            return (object(value, pointer) ?? [:]).sortedMembers.map { ($0.key, $0.value) }
        }
        return named(value, pointer, maximum: maximum, "resources") ?? []
    }

    /// Amounts by the names of resources, each within `range`; nil: there are none.
    mutating func amounts(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        in range: ClosedRange<Double>,
        maximum: Int
    ) -> [String: Double]? {
        guard let value, value != .null else { return nil }
        var amounts: [String: Double] = [:]
        for (name, member) in byResource(value, pointer, maximum: maximum) {
            amounts[name] = required(member, pointer.appending(name)) { $0.number($1, $2, in: range) }
        }
        return amounts
    }

    /// The id of a step; of what a Nova wrote any that is not too long.
    mutating func stepID(_ value: JSONValue?, _ pointer: JSONPointer) -> String? {
        source == .request ? id(value, pointer) : string(value, pointer, length: 1...EntityID.maximumBytes)
    }

    /// The name of an option; of what a Nova wrote any that is not too long.
    mutating func optionName(_ value: JSONValue?, _ pointer: JSONPointer) -> String? {
        source == .request ? name(value, pointer) : string(value, pointer, length: 1...EntityID.maximumBytes)
    }
}

extension FlowDefinition {
    /// The body of PUT `/flows/{flow_id}` that does what a merge patch asks for.
    package func body(patch: JSONValue) throws(NovaError) -> JSONValue { try json.whole(patch: patch) }
}
