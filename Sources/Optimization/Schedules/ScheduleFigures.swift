/// What a schedule of a flow comes to, beside its length.
package struct ScheduleFigures: Sendable, Equatable {
    package struct Budget: Sendable, Equatable {
        package let used: Double
        package let limit: Double
    }

    package let cost: Double
    /// 0…1, by the measure the flow's constraints name, else the mean; nil: no step has a quality.
    package let quality: Double?
    /// How the steps' qualities make up the flow's.
    package let measure: FlowConstraints.Quality.Measure
    package let budgets: [String: Budget]
    /// Seconds by which steps finish after they are due, for those that do.
    package let late: [String: Double]
    /// The sum of lateness × weight.
    package let lateness: Double
    /// The objective: least is best.
    package let value: Double

    init(_ flow: Flow, _ schedule: Schedule) {
        let steps = Dictionary(uniqueKeysWithValues: flow.steps.map { ($0.id, $0) })
        var options: [StepOption] = []
        var late: [String: Double] = [:]
        var lateness = 0.0
        for scheduled in schedule.steps {
            guard let step = steps[scheduled.step] else { continue }
            if let option = step.options.first(where: { $0.name == scheduled.option }) { options.append(option) }
            guard let due = step.due, step.progress?.finished == nil else { continue }
            let ticks = FixedPoint.whole(scheduled.finish) - FixedPoint.whole(due)
            guard ticks > 0 else { continue }
            late[step.id] = FixedPoint.double(ticks)
            lateness += FixedPoint.double(ticks) * step.weight
        }
        let totals = FlowTotals(options)
        measure = flow.constraints.minimumQuality?.measure ?? .mean
        cost = totals.cost
        quality = options.contains { $0.quality != nil } ? totals.quality(measure) : nil
        budgets = Dictionary(
            uniqueKeysWithValues: flow.constraints.budgets.map { ($0, Budget(used: totals.used($0), limit: $1)) }
        )
        self.late = late
        self.lateness = lateness
        let objective = flow.objective
        value =
            objective.makespan * schedule.makespan + objective.cost * totals.cost
            - objective.quality * totals.quality(measure) + lateness
    }
}
