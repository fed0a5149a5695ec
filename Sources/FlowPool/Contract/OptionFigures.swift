import NovaContract

/// What a step says of how it is run, and each of its options may say for itself.
struct OptionFigures {
    private let duration: Double?
    private let resources: [String: Double]?
    private let cost: Double?
    private let quality: Double?

    init(_ members: JSONObject, at pointer: JSONPointer, _ validator: inout Validator) {
        func place(_ name: String) -> JSONPointer { pointer.appending(name) }
        duration = validator.number(members["duration"], place("duration"), in: FlowDefinition.durations)
        resources = validator.amounts(
            members["resources"],
            place("resources"),
            in: FlowDefinition.amounts,
            maximum: FlowDefinition.maximumResources
        )
        cost = validator.number(members["cost"], place("cost"), in: FlowDefinition.amounts)
        quality = validator.number(members["quality"], place("quality"), in: 0...1)
    }

    /// An option with these figures, and with those of `step` where there are none; nil without a duration.
    func option(named name: String, over step: OptionFigures? = nil) -> FlowDefinition.Step.Option? {
        (duration ?? step?.duration).map {
            FlowDefinition.Step.Option(
                name: name,
                duration: $0,
                resources: resources ?? step?.resources ?? [:],
                cost: cost ?? step?.cost ?? 0,
                quality: quality ?? step?.quality
            )
        }
    }
}
