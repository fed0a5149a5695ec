import NovaContract

extension FlowDefinition.Step {
    /// One way to run a step.
    package struct Option: Sendable, Equatable {
        /// Of its own within the step.
        package let name: String
        /// Seconds.
        package let duration: Double
        /// Amount of each resource that is held while the step runs.
        package let resources: [String: Double]
        /// In any unit, the same for all steps.
        package let cost: Double
        /// 0…1; nil: the step does not count for the flow's quality.
        ///
        /// All options of a step have one, or none has.
        package let quality: Double?

        package init(
            name: String,
            duration: Double,
            resources: [String: Double] = [:],
            cost: Double = 0,
            quality: Double? = nil
        ) {
            self.name = name
            self.duration = duration
            self.resources = resources
            self.cost = cost
            self.quality = quality
        }

        /// Name of the option of a step that was given none.
        package static let only = "only"
        static let members = ["name", "duration", "resources", "cost", "quality"]
    }
}

// MARK: - JSON

extension FlowDefinition.Step.Option {
    var json: JSONValue {
        .object(figures.merging(["name": .string(name)]) { $1 })
    }

    /// The members that a step without options has itself.
    var figures: JSONObject {
        var members: JSONObject = [
            "duration": JSONValue(duration), "resources": .object(resources.mapValues { JSONValue($0) }),
        ]
        if cost != 0 { members["cost"] = JSONValue(cost) }
        if let quality { members["quality"] = JSONValue(quality) }
        return members
    }
}
