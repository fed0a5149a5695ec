import NovaContract

/// Reads the ways to run a step: its `options`, or where it has none, itself as the only one.
struct StepOptionReader {
    typealias Option = FlowDefinition.Step.Option

    /// Members of the step.
    let step: JSONObject
    /// Of the step.
    let pointer: JSONPointer

    private var optionsPlace: JSONPointer { pointer.appending("options") }

    /// At least one option; nil where anything is wrong with them.
    func read(_ validator: inout Validator) -> [Option]? {
        let own = OptionFigures(step, at: pointer, &validator)
        guard Self.isGiven(step["options"]) else {
            if !Self.isGiven(step["duration"]) {
                validator.fail(pointer.appending("duration"), "is required, on the step or in each of its options")
            }
            return own.option(named: Option.only).map { [$0] }
        }
        guard let elements = validator.array(step["options"], optionsPlace) else { return nil }
        guard (1...FlowDefinition.Step.maximumOptions).contains(elements.count) else {
            let rule = "must have 1 to \(FlowDefinition.Step.maximumOptions) options"
            validator.fail(optionsPlace, "\(rule), not \(elements.count); leave it out where there is no choice")
            return nil
        }
        let options = elements.enumerated().compactMap { index, element in
            option(element, number: index, own, &validator)
        }
        guard options.count == elements.count else { return nil }
        checkNames(options, &validator)
        checkQualities(elements, &validator)
        return options
    }

    private func option(
        _ element: JSONValue,
        number: Int,
        _ own: OptionFigures,
        _ validator: inout Validator
    ) -> Option? {
        let place = optionsPlace.appending(number)
        guard case .object(let members) = element else {
            validator.fail(place, "must be an object with what differs from the step, not \(element.kindName)")
            return nil
        }
        validator.known(members, Option.members, at: place)
        let name = validator.optionName(members["name"], place.appending("name"))
        let figures = OptionFigures(members, at: place, &validator)
        if !Self.isGiven(members["duration"]), !Self.isGiven(step["duration"]) {
            validator.fail(place.appending("duration"), "is required, here or on the step")
        }
        return figures.option(named: name ?? "\(number + 1)", over: own)
    }

    private func checkNames(_ options: [Option], _ validator: inout Validator) {
        var names: Set<String> = []
        for (number, option) in options.enumerated() where !names.insert(option.name).inserted {
            validator.fail(
                optionsPlace.appending(number).appending("name"),
                "must be of its own within the step: \"\(option.name)\" is the name of an option before"
            )
        }
    }

    private func checkQualities(_ elements: [JSONValue], _ validator: inout Validator) {
        let areRated = elements.map { Self.isGiven($0["quality"]) }
        guard !Self.isGiven(step["quality"]), areRated.contains(true), let unrated = areRated.firstIndex(of: false)
        else { return }
        validator.fail(
            optionsPlace.appending(unrated).appending("quality"),
            "is required, as another option of the step has one: give it to all of them or to none"
        )
    }

    private static func isGiven(_ value: JSONValue?) -> Bool { (value ?? .null) != .null }
}
