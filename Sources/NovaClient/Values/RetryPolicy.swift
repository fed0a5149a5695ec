/// How often and when a ``NovaClient`` sends a request again.
///
/// It does after a connection that was refused or broke, and after 429, 502, 503 and 504; and only what cannot happen twice by
/// it: GET and HEAD, and requests with an `Idempotency-Key`. The pauses double, with jitter, and are at least what `Retry-After`
/// says.
public struct RetryPolicy: Sendable, Equatable {
    /// Sends of one request at most, the first one counted; 1 or less: none again.
    public var maximumAttempts: Int
    /// Before the second send.
    public var firstPause: Duration
    /// What the pauses grow to.
    public var maximumPause: Duration
    /// A longer `Retry-After` is not waited for: the refusal is thrown, and has it.
    public var maximumRetryAfter: Duration

    /// The default waits some seconds in all where there is no `Retry-After`, and at most a minute for one.
    public init(
        maximumAttempts: Int = 5,
        firstPause: Duration = .milliseconds(200),
        maximumPause: Duration = .seconds(5),
        maximumRetryAfter: Duration = .seconds(60)
    ) {
        self.maximumAttempts = maximumAttempts
        self.firstPause = firstPause
        self.maximumPause = maximumPause
        self.maximumRetryAfter = maximumRetryAfter
    }

    /// Each request is sent once.
    public static let never = RetryPolicy(maximumAttempts: 1)
}

extension RetryPolicy {
    /// Why an attempt did not succeed, as far as it matters here.
    enum Fault: Equatable {
        /// No connection, or it broke.
        case connection
        case status(Int, retryAfter: Duration?)
        case other

        init(_ error: NovaClientError) {
            switch error {
            case .unreachable: self = .connection
            case .refused(let problem): self = .status(problem.status ?? 0, retryAfter: problem.retryAfter)
            case .invalidAnswer(let status, _): self = .status(status, retryAfter: nil)
            case .invalidRequest, .timedOut, .invalidJSON, .disconnected: self = .other
            }
        }
    }

    /// The pause before the next attempt; nil where there is to be none.
    ///
    /// - Parameter attempt: the one that failed, from 1.
    func pause(after fault: Fault, attempt: Int) -> Duration? {
        guard attempt < maximumAttempts else { return nil }
        switch fault {
        case .connection: return backoff(attempt)
        case .status(429, let wish), .status(502...504, let wish):
            guard let wish else { return backoff(attempt) }
            return wish <= maximumRetryAfter ? max(wish, backoff(attempt)) : nil
        case .status, .other: return nil
        }
    }

    /// Between half of the doubled pause and all of it, so that many clients do not come at once.
    func backoff(_ attempt: Int) -> Duration {
        let bound = min(firstPause * (1 << min(max(attempt, 1) - 1, 20)), maximumPause)
        return bound * Double.random(in: 0.5...1)
    }
}
