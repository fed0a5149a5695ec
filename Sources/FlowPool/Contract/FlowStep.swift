import NovaContract

extension FlowDefinition {
    /// One piece of work of a flow.
    package struct Step: Sendable, Equatable {
        package let id: String
        /// Ways to run it, at least one; exactly one is chosen.
        package let options: [Option]
        /// The steps it waits for, in the order they were given.
        package let waits: [Lag]
        /// Seconds from the flow's start before which it must not start.
        package let release: Double
        /// Seconds from the flow's start by which it should have finished.
        package let due: Double?
        /// What a second of lateness costs in the objective.
        package let weight: Double
        /// Nil: it has not begun.
        package let progress: Progress?

        package init(
            id: String,
            options: [Option],
            waits: [Lag] = [],
            release: Double = 0,
            due: Double? = nil,
            weight: Double = 1,
            progress: Progress? = nil
        ) {
            self.id = id
            self.options = options
            self.waits = waits
            self.release = release
            self.due = due
            self.weight = weight
            self.progress = progress
        }

        /// A step that can be run in one way only, and waits for others to finish.
        package init(id: String, duration: Double, resources: [String: Double] = [:], dependencies: [String] = []) {
            self.init(
                id: id,
                options: [Option(name: Option.only, duration: duration, resources: resources)],
                waits: dependencies.map { Lag(step: $0) }
            )
        }

        /// Ids of the steps that must have finished before this one starts.
        package var dependencies: [String] { waits.filter(\.isPlain).map(\.step) }
        /// Everything else it waits for.
        package var lags: [Lag] { waits.filter { !$0.isPlain } }

        package static let maximumOptions = 64
        static let members = [
            "id", "duration", "resources", "cost", "quality", "options", "dependencies", "release", "due", "weight",
            "progress",
        ]
    }
}

// MARK: - JSON

extension FlowDefinition.Step {
    init?(_ value: JSONValue, at pointer: JSONPointer, _ validator: inout Validator) {
        guard case .object(let members) = value else {
            validator.fail(pointer, "must be an object with id and duration, not \(value.kindName)")
            return nil
        }
        func place(_ name: String) -> JSONPointer { pointer.appending(name) }
        validator.known(members, Self.members, at: pointer)
        let id = validator.required(members["id"], place("id")) { $0.stepID($1, $2) }
        let options = StepOptionReader(step: members, pointer: pointer).read(&validator)
        let waitsPlace = place("dependencies")
        let others = validator.array(members["dependencies"], waitsPlace) ?? []
        if others.count > FlowDefinition.maximumSteps {
            validator.fail(waitsPlace, "must have at most \(FlowDefinition.maximumSteps) elements, not \(others.count)")
        }
        let waits = others.prefix(FlowDefinition.maximumSteps).enumerated().compactMap { index, element in
            Lag(element, at: waitsPlace.appending(index), &validator)
        }
        let release = validator.number(members["release"], place("release"), in: FlowDefinition.times)
        let due = validator.number(members["due"], place("due"), in: FlowDefinition.dues)
        let weight = validator.number(members["weight"], place("weight"), in: FlowDefinition.amounts)
        let progress = validator.object(members["progress"], place("progress")).flatMap {
            Progress($0, of: options, at: place("progress"), &validator)
        }
        guard let id, let options else { return nil }
        self.init(
            id: id,
            options: options,
            waits: waits,
            release: release ?? 0,
            due: due,
            weight: weight ?? 1,
            progress: progress
        )
    }

    /// What is as it is without being said is left out, but for the members that steps always had.
    var json: JSONValue {
        var members: JSONObject = own?.figures ?? ["options": .array(options.map(\.json))]
        members["id"] = .string(id)
        members["dependencies"] = .array(waits.map(\.json))
        if release != 0 { members["release"] = JSONValue(release) }
        if let due { members["due"] = JSONValue(due) }
        if weight != 1 { members["weight"] = JSONValue(weight) }
        if let progress { members["progress"] = progress.json }
        return .object(members)
    }

    /// The only option, where it was told by the step itself.
    private var own: Option? { options.count == 1 && options[0].name == Option.only ? options[0] : nil }
}
