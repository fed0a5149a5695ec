/// What is counted: how something ended, and what else there was of it.
///
/// The numbers are those of `lib-analytics.lua`.
package enum ActivityOutcome: Int, Sendable, CaseIterable {
    case completed = 1
    case failed = 2
    case cancelled = 3
    /// A deadline passed, or a lease was not renewed.
    case expired = 4
    /// The agent fell silent, or took too long.
    case lost = 5
    /// Given back: an allocation by its holder, a task by its agent.
    case released = 6
    case granted = 7
    case preempted = 8
    case superseded = 9
    /// Waited as long as it wanted to, in vain.
    case timedOut = 10
    /// Attempts after the first.
    case retries = 11
    case deadLetters = 12
    /// Of language models.
    case tokens = 13
    /// Those that needed more than one attempt.
    case retried = 14

    /// As clients read it.
    package var name: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .expired: "expired"
        case .lost: "lost"
        case .released: "released"
        case .granted: "granted"
        case .preempted: "preempted"
        case .superseded: "superseded"
        case .timedOut: "timed_out"
        case .retries: "retries"
        case .deadLetters: "dead_letters"
        case .tokens: "tokens"
        case .retried: "retried"
        }
    }
}
