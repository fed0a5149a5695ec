package import NovaContract

/// What a subject's activity consists of, and so what is good and what is bad of it.
package enum ActivityKind: Sendable {
    case commands
    /// Of agents at tasks.
    case attempts
    case allocations

    /// What went as it was wanted, what did not, and what says nothing of either.
    package var good: [ActivityOutcome] { self == .allocations ? [.granted] : [.completed] }
    package var bad: [ActivityOutcome] {
        switch self {
        case .commands: [.failed, .expired]
        case .attempts: [.failed, .lost]
        case .allocations: [.timedOut]
        }
    }
    package var neutral: [ActivityOutcome] { self == .commands ? [.cancelled] : [] }

    package func good(_ bucket: ActivityBucket) -> Int { good.reduce(0) { $0 + bucket[$1] } }
    package func bad(_ bucket: ActivityBucket) -> Int { bad.reduce(0) { $0 + bucket[$1] } }
    package func finished(_ bucket: ActivityBucket) -> Int {
        good(bucket) + bad(bucket) + neutral.reduce(0) { $0 + bucket[$1] }
    }

    /// In words, of several.
    package var noun: String {
        switch self {
        case .commands: "commands"
        case .attempts: "attempts"
        case .allocations: "requests"
        }
    }
}
