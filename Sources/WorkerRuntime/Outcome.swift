package import NovaContract

/// What a handler makes of a command; the runtime does the rest.
package enum Outcome: Sendable, Equatable {
    /// The job is completed with this result.
    case done(JSONValue)
    /// The fault may pass: try again, not before `after` (nil: the runtime's backoff), and fail with `error` when the
    /// attempts are used up.
    case retry(after: Duration?, error: NovaError)
    /// Trying again would not help: the job fails with this error.
    case reject(NovaError)
    /// The job is given back, uncounted, for another worker: this one is stopping, or lost the partition.
    case abandon
}

/// The work of one pool.
///
/// Below it is pure domain code, which knows neither Kafka nor Redis.
package protocol CommandHandler: Sendable {
    /// Handles one command. Commands on one entity arrive one after another, others at the same time.
    ///
    /// A command may be handled twice, also at the same time on two workers when one was thought dead: what `handle`
    /// writes must carry the job id and apply once. A handler that ignores cancellation holds its lane, and at a stop
    /// the process, until it returns or the grace period ends.
    func handle(_ command: Command, context: JobContext) async -> Outcome
}
