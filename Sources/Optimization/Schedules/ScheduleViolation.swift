/// One thing that is wrong with a schedule.
package enum ScheduleViolation: Sendable, Equatable {
    /// The schedule leaves out a step of the flow.
    case missingStep(String)
    /// The schedule holds a step that the flow does not have.
    case unknownStep(String)
    case repeatedStep(String)
    /// A start or finish that is not finite or too large to be a time.
    case notATime(step: String)
    /// Before the flow's start, the step's release, or now. Seconds.
    case beforeStart(step: String, start: Double)
    case unknownOption(step: String, option: String)
    /// A step that has begun is not where it is, or runs with another option.
    case movedAfterStart(step: String)
    /// Finish − start is not the declared duration. Seconds.
    case wrongDuration(step: String, scheduled: Double, declared: Double)
    /// `step` starts before `dependency` has finished. Seconds.
    case dependency(step: String, dependency: String, start: Double, finish: Double)
    /// From `time` on more is held than there is; the first such moment of each resource.
    case capacity(resource: String, time: Double, used: Double, available: Double)
    /// `step` starts so many seconds after `other`, which is too early or too late.
    case lag(step: String, other: String, passed: Double)
    case cost(Double, maximum: Double)
    case budget(String, used: Double, available: Double)
    case quality(Double, minimum: Double)
    case wrongMakespan(stated: Double, actual: Double)
}
