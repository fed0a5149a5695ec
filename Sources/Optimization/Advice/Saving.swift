/// By how much one schedule is better than another in the objective of a flow.
struct Saving {
    /// By which the objective becomes less; more than 0.
    let objective: Double
    /// Seconds by which the makespan becomes less; may be negative where it is not what was asked for.
    let seconds: Double
    /// For people: what is saved, and how the schedules are before and after.
    let text: String
    let before: String
    let after: String
    /// Of both: `10 s instead of 13 s`.
    let change: String

    /// Nil: it is no better.
    ///
    /// - Parameter changed: the flow that the second is a schedule of, where it is another.
    init?(_ flow: Flow, from first: Schedule, to second: Schedule, in changed: Flow? = nil) {
        let (old, new) = (ScheduleFigures(flow, first), ScheduleFigures(changed ?? flow, second))
        let time = FixedPoint.whole(first.makespan) - FixedPoint.whole(second.makespan)
        seconds = FixedPoint.double(time)
        let objective = flow.objective
        // Whatever else counts is the same.
        let isOfTime =
            objective.makespan > 0 && old.lateness == new.lateness && (objective.cost == 0 || old.cost == new.cost)
            && (objective.quality == 0 || old.quality == new.quality)
        if isOfTime {
            guard time > 0 else { return nil }
            self.objective = objective.makespan * seconds
            let (long, short) = (FixedPoint.text(first.makespan), FixedPoint.text(second.makespan))
            text = "saves \(FixedPoint.text(time)) s"
            (before, after) = ("of \(long) s", "of \(short) s")
            change = "\(short) s instead of \(long) s"
            return
        }
        self.objective = old.value - new.value
        // Sums of the same figures in another order are the same.
        guard self.objective > 1e-9 * max(1, abs(old.value)) else { return nil }
        switch (objective.makespan > 0, objective.cost > 0, objective.quality > 0, flow.hasDues) {
        case (false, true, false, false):
            let (high, low) = (FixedPoint.text(old.cost), FixedPoint.text(new.cost))
            text = "saves \(FixedPoint.text(old.cost - new.cost)) of the cost"
            (before, after) = ("that costs \(high)", "that costs \(low)")
            change = "a cost of \(low) instead of \(high)"
        case (false, false, true, false):
            let (low, high) = (Self.text(old.quality ?? 1), Self.text(new.quality ?? 1))
            text = "raises the quality from \(low) to \(high)"
            (before, after) = ("of the quality \(low)", "of the quality \(high)")
            change = "a quality of \(high) instead of \(low)"
        default:
            let (high, low) = (Self.text(old.value), Self.text(new.value))
            text = "makes the objective less by \(Self.text(self.objective))"
            (before, after) = ("with an objective of \(high)", "with an objective of \(low)")
            change = "an objective of \(low) instead of \(high)"
        }
    }

    private static func text(_ value: Double) -> String {
        FixedPoint.isWhole(value) ? FixedPoint.text(value) : "\(value)"
    }
}

extension Flow {
    /// Whether lateness counts.
    var hasDues: Bool { steps.contains { $0.due != nil && $0.weight > 0 && $0.progress?.finished == nil } }
}
