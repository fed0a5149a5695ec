/// The best schedule found, how good it surely is, and what would make it better.
package struct OptimizationOutcome: Sendable {
    package enum StopReason: String, Sendable {
        /// The makespan equals the lower bound, or every schedule was tried.
        case optimal
        /// The gap is as small as was asked for.
        case targetGap
        case timeLimit
        case cancelled
        case iterationBudget
    }

    package let schedule: Schedule
    package let figures: ScheduleFigures
    /// What the schedule was to be good in.
    package let objective: FlowObjective
    /// Whether lateness is a part of the objective.
    package let countsLateness: Bool
    /// Of the objective: no schedule of this flow is better.
    package let objectiveBound: Double
    /// What that comes from.
    package let objectiveBoundSource: String
    /// Of the makespan, in seconds.
    ///
    /// No schedule of this flow can be shorter.
    package let lowerBound: Double
    /// What the bound comes from: `critical path`, `resource energy: gpu`, `one at a time: gpu`, `exhaustive search`,
    /// `branch and bound` (a search that has not ended).
    package let lowerBoundSource: String
    /// (makespan − lower bound) ÷ makespan, or the same of another objective; 0 when proven optimal.
    package let gap: Double
    /// 1 − gap; of the makespan that is lower bound ÷ makespan.
    package let confidence: Double
    /// Whether it is proven that no schedule is better in the objective.
    package let isOptimal: Bool
    /// Whether it is proven, too, that of the schedules as good none is cheaper, of those as cheap none of a better quality, and of
    /// those none shorter; nil: all are the same in cost and quality.
    package let areEqualsProven: Bool?
    /// Seconds, one step after another.
    package let baselineSequential: Double
    /// Each step in the submitted order (steps that wait for later ones moved behind them) as early as it then fits; nil: that is
    /// no schedule, as budgets or lags would be passed.
    package let baselineSubmitted: (makespan: Double, schedule: Schedule)?
    /// A chain of steps of `schedule` that fill its makespan, in the order they run; without a gap where there are no lags,
    /// releases or changing capacities.
    package let criticalPath: [String]
    /// The same chain with the reason each step starts when it does.
    package let criticalLinks: [CriticalLink]
    /// Seconds by which each step may start later with the makespan kept.
    ///
    /// Delaying every step by its slack at once is feasible; delaying one alone may need the steps behind it to move
    /// inside their own slack.
    package let slack: [String: Double]
    /// Share of each limited resource that is in use over the makespan, 0…1.
    package let utilization: [String: Double]
    /// Resources that steps ask for but no capacity limits.
    package let unlimitedResources: [String]
    /// By saving, greatest first.
    package let recommendations: [Recommendation]
    /// Why there is nothing to recommend; nil when there is.
    package let reasonForNone: String?
    /// By makespan; nil: not asked for.
    package let pareto: [ParetoPoint]?
    /// Of the busiest limited resources.
    package let sensitivity: [String: ResourceSensitivity]
    /// Schedules generated, those for the recommendations left out.
    package let iterations: Int
    package let stopped: StopReason
    /// What was wrong with schedules that were found and thrown away for it.
    ///
    /// Empty unless Nova itself is at fault: to be logged as an error.
    package let discarded: [ScheduleViolation]
}

/// A step of the critical path and what it waited for.
package struct CriticalLink: Sendable, Equatable {
    package let step: String
    /// The step whose finish let this one start; nil for the first.
    package let after: String?
    /// The resource `after` gave back, or nil when it is a dependency.
    package let resource: String?
    /// For people: `waits for load`, `waits for gpu held by train`.
    package let reason: String
}
