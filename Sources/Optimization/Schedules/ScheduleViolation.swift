/// One thing that is wrong with a schedule.
package enum ScheduleViolation: Sendable, Equatable {
    /// The schedule leaves out a step of the flow.
    case missingStep(String)
    /// The schedule holds a step that the flow does not have.
    case unknownStep(String)
    case repeatedStep(String)
    /// A start or finish that is not finite or too large to be a time.
    case notATime(step: String)
    case beforeStart(step: String, start: Double)
    /// Finish − start is not the declared duration. Seconds.
    case wrongDuration(step: String, scheduled: Double, declared: Double)
    /// `step` starts before `dependency` has finished. Seconds.
    case dependency(step: String, dependency: String, start: Double, finish: Double)
    /// From `time` on more is held than there is; the first such moment of each resource.
    case capacity(resource: String, time: Double, used: Double, available: Double)
    case wrongMakespan(stated: Double, actual: Double)
}
