/// An event that a subscriber got.
package struct SeenEvent: Codable, Sendable, Equatable {
    package let subscriber: Int
    /// `MILLISECONDS-SEQUENCE`.
    package let id: String
    /// For example `job.completed`.
    package let name: String
    package let jobID: String
    /// Of the flow, where the event tells the result of a change.
    package let version: Int?
    /// Milliseconds from the begin of the run.
    package let at: Int

    package init(subscriber: Int, id: String, name: String, jobID: String, version: Int? = nil, at: Int = 0) {
        self.subscriber = subscriber
        self.id = id
        self.name = name
        self.jobID = jobID
        self.version = version
        self.at = at
    }

    package var isTerminal: Bool { ["job.completed", "job.failed", "job.cancelled"].contains(name) }
}
