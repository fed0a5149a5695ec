/// What `withdraw.lua` did.
package enum WithdrawVerdict: Sendable, Equatable {
    /// The job has failed, its idempotency key is free.
    case withdrawn
    /// Another gateway may have published the command: the job stays queued.
    case left
    /// The job was begun or has ended: a worker has the command after all, and nothing was changed.
    case begun
}
