package import AsyncPrimitives

/// How to reach a server that speaks OpenAI's API.
package struct LLMConfiguration: Sendable {
    /// With the version, without a slash at the end: `http://localhost:1234/v1`.
    package let baseURL: String
    /// Sent as a bearer token; in no log and no error.
    package let apiKey: String?
    /// Silence after which a request is given up on.
    package var idleTimeout: Duration
    /// Requests for one answer, where the fault may pass.
    package var attempts: Int
    /// Between two of them; longer where the server asks for it.
    package var backoff: ExponentialBackoff
    /// Failures in a row after which the server is left alone.
    package var breakerFailures: Int
    /// For how long at first; the time doubles with each trial that fails, up to a minute.
    package var breakerPause: Duration

    package init(
        baseURL: String,
        apiKey: String? = nil,
        idleTimeout: Duration = .seconds(60),
        attempts: Int = 4,
        backoff: ExponentialBackoff = .modelRequest,
        breakerFailures: Int = 8,
        breakerPause: Duration = .seconds(5)
    ) {
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.idleTimeout = idleTimeout
        self.attempts = attempts
        self.backoff = backoff
        self.breakerFailures = breakerFailures
        self.breakerPause = breakerPause
    }

    /// How long the breaker stays open; without jitter, for what follows is one trial only.
    var breakerBackoff: ExponentialBackoff {
        ExponentialBackoff(first: breakerPause, maximum: max(.seconds(60), breakerPause), jitter: 1...1)
    }
}

extension ExponentialBackoff {
    /// Between two requests for one answer of a model: up to 500 ms at first and 30 s at last.
    package static let modelRequest = ExponentialBackoff(
        first: .milliseconds(500),
        maximum: .seconds(30),
        jitter: 0.1...1
    )
}
