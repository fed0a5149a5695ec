/// What Redis knew of a job when everything had settled.
package struct FinalJob: Codable, Sendable, Equatable {
    /// `queued`, `running`, `completed`, `failed` or `cancelled`.
    package let state: String
    /// Of the flow, where the job's result tells one.
    package let version: Int?
    package let attempts: Int
    /// Code and message, of a job that failed.
    package let error: String?

    package init(state: String, version: Int? = nil, attempts: Int = 1, error: String? = nil) {
        self.state = state
        self.version = version
        self.attempts = attempts
        self.error = error
    }

    package var isTerminal: Bool { ["completed", "failed", "cancelled"].contains(state) }
}
