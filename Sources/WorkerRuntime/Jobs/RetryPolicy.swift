import AsyncPrimitives
import NovaContract
import NovaStore

/// Decides whether and when an attempt that failed is followed by another.
struct RetryPolicy: Sendable {
    let maximumAttempts: Int
    let maximumTime: Duration
    let backoff: ExponentialBackoff

    init(_ configuration: WorkerConfiguration) {
        maximumAttempts = configuration.maximumAttempts
        maximumTime = configuration.maximumRetryTime
        backoff = configuration.attemptBackoff
    }

    /// The wait before the next attempt; nil: there is none.
    ///
    /// - Parameters:
    ///   - after: the least wait, as an upstream asked for.
    ///   - deadline: of the job.
    ///   - now: milliseconds since 1970, as the others.
    func delay(after attempt: JobAttempt, atLeast after: Duration?, deadline: Int64?, now: Int64) -> Duration? {
        guard attempt.number < maximumAttempts else { return nil }
        let delay = max(backoff.delay(after: attempt.number), after ?? .zero)
        // An upstream may ask for any time; with the most that is waited the sum below fits.
        guard delay <= maximumTime else { return nil }
        let due = now + delay.wholeMilliseconds
        guard due - attempt.firstAt <= maximumTime.wholeMilliseconds, due < deadline ?? .max else { return nil }
        return delay
    }

    /// Why an attempt is not to be made: so many were begun and none ended, or the time is over.
    func refusal(of attempt: JobAttempt, deadline: Int64?, now: Int64) -> NovaError? {
        if let deadline, deadline <= now { return .deadlineOver }
        guard attempt.isSpent || attempt.number > maximumAttempts else { return nil }
        let last = attempt.lastError.map { "; the last error was \($0.message)" } ?? ""
        return NovaError(
            attempt.lastError?.code ?? .serviceError,
            attempt.deaths > 0
                ? "given up after \(maximumAttempts) attempts: it ended its worker \(attempt.deaths) times, with nothing "
                    + "else in work there\(last)"
                : "given up after \(maximumAttempts) attempts, over the last of which a worker died\(last)"
        )
    }
}
