package import NovaContract

/// What a handler makes of a command; the runtime does the rest.
package enum Outcome: Sendable, Equatable {
    /// The job is completed with this result.
    case done(JSONValue)
    /// The fault may pass: try again after the runtime's backoff, and not before `after` where an upstream said so
    /// (`Retry-After`); fail with `error` when attempts or time are used up, or would be by then. Meanwhile only commands on
    /// the same entity wait.
    case retry(after: Duration?, error: NovaError)
    /// Trying again would not help: the job fails with this error, and its command becomes a dead letter.
    case reject(NovaError)
    /// The job is given back, uncounted, for another worker: this one is stopping, or lost the partition. The answer of a
    /// handler that was told to stop; from any other it is `retry`.
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
