import NovaContract

/// Where a task is on its way; see `docs/agents.md` for the picture.
package enum TaskState: String, Sendable, CaseIterable {
    /// Waits for tasks it depends on, or for its next attempt.
    case blocked
    /// Waits for an agent.
    case ready
    /// In the queue of one agent.
    case assigned
    /// Held by an agent under a lease.
    case running
    case completed, failed, cancelled, expired

    package var isEnd: Bool {
        switch self {
        case .blocked, .ready, .assigned, .running: false
        case .completed, .failed, .cancelled, .expired: true
        }
    }
}

/// What becomes of a task when one that it depends on ends otherwise than completed.
package enum DependencyFailurePolicy: String, Sendable, CaseIterable {
    /// It fails too.
    case fail
    /// It is cancelled.
    case skip
    /// It goes on without.
    case run
}
