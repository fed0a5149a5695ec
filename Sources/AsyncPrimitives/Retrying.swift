/// An attempt that failed, as ``retrying(_:attempts:isolation:_:onFailure:)`` tells of it.
package struct FailedAttempt {
    package let error: any Error
    /// 1, 2, ….
    package let number: Int
    /// What the backoff would wait before the next attempt.
    package let delay: Duration

    package init(error: any Error, number: Int, delay: Duration) {
        self.error = error
        self.number = number
        self.delay = delay
    }
}

/// Runs `operation` until it succeeds, waiting between two attempts as `backoff` says.
///
/// The operation may be carried out more than once even where it succeeded, for the answer may be what was lost.
///
/// - Parameters:
///   - attempts: at most, at least 1.
///   - onFailure: asked after every attempt that failed but the last: how long to wait; nil: the error is thrown. Here belongs
///     which errors may pass, a longer wait that the other side asked for, and the log.
/// - Throws: the error of the last attempt, or what `onFailure` throws; `CancellationError` where the task is cancelled and would
///   have to wait. A `CancellationError` of the operation is never followed by another attempt.
package func retrying<Result>(
    _ backoff: ExponentialBackoff,
    attempts: Int = .max,
    isolation: isolated (any Actor)? = #isolation,
    _ operation: () async throws -> Result,
    onFailure: (FailedAttempt) throws -> Duration? = { $0.delay }
) async throws -> Result {
    precondition(attempts >= 1, "nothing would ever be tried")
    var number = 1
    while true {
        do {
            return try await operation()
        } catch {
            guard !(error is CancellationError), number < attempts else { throw error }
            let failed = FailedAttempt(error: error, number: number, delay: backoff.delay(after: number))
            guard let wait = try onFailure(failed) else { throw error }
            try await Task.sleep(for: wait)
            number += 1
        }
    }
}
