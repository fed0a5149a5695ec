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
    /// - Parameter starts: by index of `project`, in its time units.
    init(_ project: Project, starts: [Int], flow: Flow) {
        let inOrder = (0..<project.count).sorted {
            (starts[$0], project.submittedIndex[$0]) < (starts[$1], project.submittedIndex[$1])
        }
        steps = inOrder.map { index in
            let step = flow.steps[project.submittedIndex[index]]
            return ScheduledStep(
                step: step.id,
                start: project.seconds(starts[index]),
                finish: project.seconds(starts[index] + project.durations[index]),
                option: step.only.name
            )
        }
        makespan = project.seconds(project.makespan(of: starts))
    }
}
