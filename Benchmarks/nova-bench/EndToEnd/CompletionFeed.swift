import NovaClient

/// Hears from a subscription which jobs have ended.
struct CompletionFeed {
    private let events: NovaEvents

    /// - Parameter events: Of all jobs of the key.
    init(_ events: NovaEvents) { self.events = events }

    /// Returns when the event comes; what else comes before it is passed over.
    func completed(_ jobID: String) async throws {
        for try await case .event(let event) in events where event.jobID == jobID {
            switch event.name {
            case "job.completed": return
            case "job.failed": throw BenchError("the job failed: \(event.json)")
            default: continue
            }
        }
        throw BenchError("the subscription ended")
    }
}
