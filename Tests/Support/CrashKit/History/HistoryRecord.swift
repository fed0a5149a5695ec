/// Everything that was sent, answered, seen and found in one run, each list in the order in which it was noticed.
package struct HistoryRecord: Codable, Sendable {
    package var sent: [SentCommand] = []
    package var answers: [CommandAnswer] = []
    package var events: [SeenEvent] = []
    package var gaps: [ToldGap] = []
    package var records: [SeenRecord] = []
    package var faults: [NotedFault] = []
    /// Subscribers that listened from before the first command to the end.
    package var subscribers = 0

    // MARK: Found at the end

    /// By job id; a job that Redis does not know is not in it.
    package var jobs: [String: FinalJob] = [:]
    /// The last version of each flow, by the key of its commands.
    package var flowVersions: [String: Int] = [:]
    /// The workers' committed offset of each partition of the command topic: what lies before it is done for them.
    package var committed: [Int32: Int64] = [:]
    /// Times Redis was made to forget everything, on purpose.
    package var memoryLosses = 0
    /// Whether the workers should have written dead letters, and they could be read.
    package var hasDeadLetters = true

    package init() {}

    /// Things noticed; what bounds a run's memory.
    var count: Int { sent.count + answers.count + events.count + gaps.count + records.count + faults.count }
}
