package struct ScheduledStep: Sendable, Equatable {
    package let step: String
    /// Seconds from the start of the flow.
    package let start: Double
    package let finish: Double
    /// Name of the option it runs with.
    package let option: String

    package init(step: String, start: Double, finish: Double, option: String = FlowStep.onlyOption) {
        self.step = step
        self.start = start
        self.finish = finish
        self.option = option
    }
}

/// When each step runs.
package struct Schedule: Sendable, Equatable {
    /// By start, steps of the same start in submitted order.
    package let steps: [ScheduledStep]
    /// Seconds until the last step has finished; 0 without steps.
    package let makespan: Double

    package init(steps: [ScheduledStep], makespan: Double) {
        self.steps = steps
        self.makespan = makespan
    }

    /// Whether the last step has finished by then, to the millionth of a second.
    package func ends(by deadline: Double) -> Bool {
        FixedPoint.whole(makespan) <= FixedPoint.whole(deadline)
    }
}

extension Schedule {
    init(_ network: Network, _ plan: Plan, flow: Flow) {
        let open = (0..<network.count).map { index -> (Int, ScheduledStep) in
            let place = network.submittedIndex[index]
            let mode = plan.modes[index]
            let step = ScheduledStep(
                step: flow.steps[place].id,
                start: network.seconds(plan.starts[index]),
                finish: network.seconds(plan.starts[index] + network.modes.durations[mode]),
                option: flow.steps[place].options[network.modes.options[mode]].name
            )
            return (place, step)
        }
        let begun = network.begun.map { begun in
            let step = ScheduledStep(
                step: flow.steps[begun.submittedIndex].id,
                start: network.seconds(begun.start),
                finish: network.seconds(begun.finish),
                option: begun.option.name
            )
            return (begun.submittedIndex, step)
        }
        let steps = (open + begun).sorted { ($0.1.start, $0.0) < ($1.1.start, $1.0) }.map(\.1)
        self.init(steps: steps, makespan: steps.reduce(0) { max($0, $1.finish) })
    }
}
