/// A flow that was found sound, in the whole numbers the search works on.
package struct FlowProblem: Sendable {
    /// With rings of steps that start together joined, see `StartRings`; every schedule of it is one of the flow as it was given.
    package let flow: Flow
    let network: Network
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
        let network = Network(flow, order: order)
        // Numbers of due dates that nobody passes would only make the unit of time finer.
        self.network =
            network.hasIdleDues ? Network(flow.withoutDuesOfOpenSteps, order: order) : network
    }

    package var stepCount: Int { flow.steps.count }
}

extension Flow {
    /// The same with no due dates but of steps that have begun, whose lateness is what it is.
    fileprivate var withoutDuesOfOpenSteps: Flow {
        with(steps: steps.map { $0.progress == nil ? $0.withoutDue : $0 })
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
    fileprivate var withoutDue: FlowStep {
        FlowStep(
            id: id,
            options: options,
            dependencies: dependencies,
            lags: lags,
            release: release,
            weight: weight,
            progress: progress
        )
    }

    /// The option of a step that has no choice.
    var only: StepOption { options[0] }
}

extension Network {
    /// Whether there are due dates, and no plan that is worth having is late for any of them: they change nothing.
    ///
    /// The plan of the submitted order is late for none, and a longer one is no better where nothing but the makespan and lateness
    /// count. Of the others each step finishes by the greatest length less what comes after it.
    var hasIdleDues: Bool {
        guard dues.contains(where: { $0 < Int.max }), onlyTimeCounts,
            (0..<count).allSatisfy({ !modes.of($0).isEmpty })
        else { return false }
        let tables = NetworkTables(self)
        let generator = SerialGenerationScheme(tables)
        let list = UnsafeMutableBufferPointer<Int>.filled(count)
        defer { list.deallocate() }
        for step in 0..<count {
            list[step] = step
            generator.modes[step] = modes.offsets[step]
        }
        let score = Scoring(tables, measure: .mean).score(generator, passed: generator.generate(list, .forward))
        guard score.isSound else { return false }
        let tails = TimeWindows(self).tailsBehindFinish(self)
        return (0..<count).allSatisfy { score.makespan - tails[$0] <= dues[$0] }
    }
}
