/// Where the search stands.
package struct OptimizerProgress: Sendable, Equatable {
    /// Of the best schedule so far, in seconds.
    ///
    /// Never rises from one report to the next.
    package let makespan: Double
    /// Seconds.
    ///
    /// No schedule can be shorter.
    package let lowerBound: Double
    /// (makespan − lower bound) ÷ makespan.
    package let gap: Double
    /// Schedules generated.
    package let iterations: Int
    /// Share of the time limit or of the step budget that is used, whichever is more, 0…1.
    package let fraction: Double
}
