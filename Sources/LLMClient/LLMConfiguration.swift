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
    /// Between two attempts: a random part of a bound that begins here, doubles, and ends there.
    package var firstBackoff: Duration
    package var longestBackoff: Duration
    /// Failures in a row after which the server is left alone.
    package var breakerFailures: Int
    /// For how long at first.
    package var breakerPause: Duration

    package init(
        baseURL: String,
        apiKey: String? = nil,
        idleTimeout: Duration = .seconds(60),
        attempts: Int = 4,
        firstBackoff: Duration = .milliseconds(500),
        longestBackoff: Duration = .seconds(30),
        breakerFailures: Int = 8,
        breakerPause: Duration = .seconds(5)
    ) {
        self.baseURL = baseURL
        self.apiKey = apiKey
        self.idleTimeout = idleTimeout
        self.attempts = attempts
        self.firstBackoff = firstBackoff
        self.longestBackoff = longestBackoff
        self.breakerFailures = breakerFailures
        self.breakerPause = breakerPause
    }

    /// A random part of the bound after attempt 1, 2, …, or what the server asked for where that is longer.
    func delay(after attempt: Int, asked: Duration?) -> Duration {
        let bound = min(firstBackoff * (1 << min(attempt - 1, 20)), longestBackoff)
        return max(bound * Double.random(in: 0.1...1), asked ?? .zero)
    }
}
