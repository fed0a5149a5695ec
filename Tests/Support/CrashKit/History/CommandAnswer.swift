/// What one request of a command came to; a command that is repeated has several.
package struct CommandAnswer: Codable, Sendable, Equatable {
    package let command: Int
    /// The address that was asked.
    package let gateway: String
    /// Milliseconds from the begin of the run.
    package let at: Int
    /// Nil where there was no answer: ``failure`` says what happened instead.
    package let status: Int?
    package let failure: String?
    package let jobID: String?
    /// Of the flow, where the answer is the result of a change.
    package let version: Int?
    /// The problem's code, for answers that are errors.
    package let code: String?

    package init(
        command: Int,
        gateway: String = "",
        at: Int = 0,
        status: Int?,
        failure: String? = nil,
        jobID: String? = nil,
        version: Int? = nil,
        code: String? = nil
    ) {
        self.command = command
        self.gateway = gateway
        self.at = at
        self.status = status
        self.failure = failure
        self.jobID = jobID
        self.version = version
        self.code = code
    }

    /// Whether Nova has taken the command: from here on it promises.
    package var isAcknowledgement: Bool { status.map { (200..<300).contains($0) } ?? false }
}
