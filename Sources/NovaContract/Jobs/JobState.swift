/// Where a job stands.
package enum JobState: String, Sendable, CaseIterable {
    /// Accepted and in Kafka, or about to be; no worker has it yet, or it waits for its next attempt.
    case queued
    case running
    case completed
    case failed
    case cancelled

    package var isTerminal: Bool {
        switch self {
        case .completed, .failed, .cancelled: true
        case .queued, .running: false
        }
    }

    /// The event that tells of it.
    package var eventName: String { "job.\(rawValue)" }
}
