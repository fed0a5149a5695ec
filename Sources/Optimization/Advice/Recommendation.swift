/// One change and what it saves of the objective that was asked for.
///
/// Every saving is the difference of two schedules that were both computed.
package struct Recommendation: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// Run the steps as in the returned schedule.
        ///
        /// Saving: objective of the submitted order − objective of the returned schedule.
        case adoptSchedule = "adopt_schedule"
        /// Move one step (and what it waits for) forward in the submitted order, and nothing else.
        ///
        /// Saving: objective of the submitted order − objective of the order with that move, both generated serially.
        case startEarlier = "start_earlier"
        /// Move two steps forward so that they overlap, which in the submitted order they do not.
        ///
        /// Saving: as for `startEarlier`, with both moves. Named only when it saves more than either move alone.
        case runTogether = "run_together"
        /// Have more of one resource.
        ///
        /// Saving: objective of the returned schedule − objective of the best schedule a search finds with the greater
        /// capacity, started from the returned one, under the budget of `WhatIfBudget`. What a longer search would find
        /// may be more; what is named was found and validated.
        case bottleneck = "bottleneck"
        /// Make one step of the critical path 10 % shorter. Saving: as for `bottleneck`.
        case shorten = "shorten"
        /// Have of a resource in a gap of its calendar what there is after it.
        ///
        /// Saving: as for `bottleneck`.
        case closeGap = "close_gap"
        /// Allow 10 % more cost, or more of a budget, or of the time until the deadline. Saving: as for `bottleneck`.
        case raiseBudget = "raise_budget"
    }

    package let kind: Kind
    /// A sentence a person can act on.
    package let text: String
    /// Seconds by which the makespan becomes less: more than 0 where the makespan is the objective; of another objective it may be
    /// 0, or negative.
    package let savesSeconds: Double
    /// By how much the objective becomes less, more than 0.
    package let savesObjective: Double
    /// Ids of the steps it is about.
    package let steps: [String]
    package let resource: String?
    /// The step they (and what they wait for) are to be put in front of: `startEarlier` and `runTogether`.
    package let before: String?
    /// How much more of the resource (`bottleneck`, `closeGap`), the least that the schedule with the saving takes; seconds
    /// less (`shorten`).
    package let amount: Double?
    /// What was computed, with its figures.
    package let evidence: String
}
