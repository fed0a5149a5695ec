/// A flow that was found sound, in the whole numbers the search works on.
package struct FlowProblem: Sendable {
    package let flow: Flow
    let project: Project

    /// Checks `flow` and compiles it.
    ///
    /// - Throws: everything that is wrong: duplicate, empty or unknown ids, a step that waits for itself, cycles,
    ///   demands above capacity, numbers that are negative, not finite or out of range (alone or
    ///   together), too many steps or resources.
    package init(_ flow: Flow) throws(FlowValidationError) {
        self.project = try FlowChecker.compile(flow)
        self.flow = flow
    }

    /// A variant of a sound flow: `flow` must differ from a checked one only in greater capacities and shorter durations.
    init(variant flow: Flow, of problem: FlowProblem) {
        self.flow = flow
        self.project = Project(flow, order: problem.project.submittedIndex, indexOf: problem.project.indexOf(flow))
    }

    package var stepCount: Int { flow.steps.count }

    /// Resources some step asks for and no capacity limits, by name.
    ///
    /// They never delay a step.
    package var unlimitedResources: [String] {
        var names: Set<String> = []
        for step in flow.steps {
            for (name, amount) in step.resources where amount > 0 && flow.capacity[name] == nil { names.insert(name) }
        }
        return names.sorted()
    }
}
