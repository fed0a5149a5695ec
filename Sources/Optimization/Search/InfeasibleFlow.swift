/// Why there is no schedule.
package struct InfeasibleFlow: Error, Sendable {
    /// One thing that is asked and cannot be had together with the others.
    package struct Conflict: Sendable, Equatable {
        /// Where it stands in the flow.
        package let path: [FlowIssue.PathElement]
        package let message: String
    }

    /// What cannot all be kept, even if everything else that may be given up were given up; without any one of them it could, or
    /// it is not known that it could not.
    ///
    /// There may be other such sets beside it. Empty where it is not proven that there is no schedule.
    package let conflicts: [Conflict]
    /// False: none was found in the time there was.
    package let isProven: Bool
    /// False: the time was over before all conflicts were found.
    package let isComplete: Bool
    /// What was wrong with a schedule that was found and thrown away for it.
    ///
    /// Empty unless Nova itself is at fault: to be logged as an error.
    package let discarded: [ScheduleViolation]

    init(conflicts: [Conflict], isProven: Bool, isComplete: Bool, discarded: [ScheduleViolation] = []) {
        self.conflicts = conflicts
        self.isProven = isProven
        self.isComplete = isComplete
        self.discarded = discarded
    }
}
