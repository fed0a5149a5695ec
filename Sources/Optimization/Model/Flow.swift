/// One piece of work of a flow.
package struct FlowStep: Sendable, Equatable {
    package let id: String
    /// Seconds, 0 or more.
    ///
    /// A step of no duration is a milestone: it waits for its dependencies and holds nothing.
    package let duration: Double
    /// Amount of each resource the step holds from its start to its finish.
    package let resources: [String: Double]
    /// Ids of the steps that must have finished before this one starts.
    ///
    /// Naming one twice changes nothing.
    package let dependencies: [String]

    package init(id: String, duration: Double, resources: [String: Double] = [:], dependencies: [String] = []) {
        self.id = id
        self.duration = duration
        self.resources = resources
        self.dependencies = dependencies
    }
}

/// What is to be scheduled: steps, in the order they were submitted, and how much there is of each resource.
package struct Flow: Sendable, Equatable {
    package let steps: [FlowStep]
    /// Amount of each resource there is at any time.
    ///
    /// A resource that is not named here is not limited.
    package let capacity: [String: Double]

    package init(steps: [FlowStep], capacity: [String: Double] = [:]) {
        self.steps = steps
        self.capacity = capacity
    }
}

extension Flow {
    package static let maximumSteps = 10_000
    /// Resources with a capacity.
    ///
    /// Memory grows with steps × limited resources, so both are bounded.
    package static let maximumResources = 256
    /// Seconds (three years).
    package static let maximumDuration = 1e8
    /// Seconds of all steps together (63 years): up to there a time in seconds is exact to the millionth as a `Double`.
    package static let maximumTotalDuration = 2e9
    package static let maximumAmount = 1e9
}
