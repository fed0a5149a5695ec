/// Where the search stands.
package struct OptimizerProgress: Sendable, Equatable {
    package struct Objective: Sendable, Equatable {
        package let value: Double
        package let lowerBound: Double
    }

    /// Of the best schedule so far, in seconds.
    ///
    /// Never rises from one report to the next where it is what is to be small.
    package let makespan: Double
    /// Seconds.
    ///
    /// No schedule can be shorter.
    package let lowerBound: Double
    /// Of the objective and its bound; nil: it is the makespan.
    package let objective: Objective?
    /// (makespan − lower bound) ÷ makespan, or the same of the objective.
    package let gap: Double
    /// Schedules generated.
    package let iterations: Int
    /// Share of the time limit or of the step budget that is used, whichever is more, 0…1.
    package let fraction: Double
}
