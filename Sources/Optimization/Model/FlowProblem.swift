/// A flow that was found sound, in the whole numbers the search works on.
package struct FlowProblem: Sendable {
    /// What has to be looked at, and so who does it.
    enum Form: Sendable {
        /// Durations, dependencies and capacities are all there is.
        case plain(PlainProblem)
        case rich(Network)
    }

    /// With rings of steps that start together joined, see `StartRings`; every schedule of it is one of the flow as it was given.
    package let flow: Flow
    let form: Form
    /// Submitted places in an order in which every step comes after those it waits for.
    let order: [Int]

    /// Checks `flow` and compiles it.
    ///
    /// - Throws: everything that is wrong: duplicate, empty or unknown ids, a step that waits for itself, cycles,
    ///   demands above capacity, numbers that are negative, not finite or out of range (alone or
    ///   together), too many steps or resources.
    package init(_ flow: Flow) throws(FlowValidationError) {
        let order = try FlowChecker.order(flow)
        self.init(checked: StartRings(flow).joined(flow), order: order)
    }

    /// - Parameters:
    ///   - flow: a sound one.
    ///   - order: submitted places in an order in which every step comes after its dependencies.
    init(checked flow: Flow, order: [Int]) {
        self.flow = flow
        self.order = order
        form = flow.isPlain ? .plain(PlainProblem(flow, order: order)) : .rich(Network(flow, order: order))
    }

    package var stepCount: Int { flow.steps.count }
}

/// A sound flow of which durations, dependencies and capacities are all there is.
struct PlainProblem: Sendable {
    let flow: Flow
    let project: Project

    init(_ flow: Flow, order: [Int]) {
        var indexOf: [String: Int] = [:]
        indexOf.reserveCapacity(order.count)
        for (index, place) in order.enumerated() { indexOf[flow.steps[place].id] = index }
        self.flow = flow
        project = Project(flow, order: order, indexOf: indexOf)
    }

    /// A variant of a sound flow: `flow` must differ from a checked one only in greater capacities and shorter durations.
    init(variant flow: Flow, of problem: PlainProblem) {
        self.flow = flow
        project = Project(flow, order: problem.project.submittedIndex, indexOf: problem.project.indexOf(flow))
    }
}

extension Flow {
    /// Whether the shortest schedule is wanted, and durations, dependencies and constant capacities are all it depends on.
    fileprivate var isPlain: Bool {
        let hasBudget =
            constraints.maximumCost != nil || constraints.minimumQuality != nil || !constraints.budgets.isEmpty
        guard !hasBudget, now == 0, objective.makespan > 0, capacity.values.allSatisfy(\.isConstant) else {
            return false
        }
        return steps.allSatisfy {
            $0.options.count == 1 && $0.lags.isEmpty && $0.release == 0 && $0.due == nil && $0.progress == nil
        }
    }

    /// Resources some step asks for and nothing limits, by name.
    ///
    /// They never delay a step.
    var unlimitedResources: [String] {
        var names: Set<String> = []
        for option in steps.lazy.flatMap(\.options) {
            for (name, amount) in option.resources where amount > 0 && capacity[name] == nil { names.insert(name) }
        }
        return names.subtracting(constraints.budgets.keys).sorted()
    }
}

extension FlowStep {
    /// The option of a step that has no choice.
    var only: StepOption { options[0] }
}
