import NovaContract
import NovaStore
import Optimization

/// How long the steps of a flow took when agents did them, for the owner of a command.
struct RecordedDurations {
    /// Of fewer runs neither the median nor the spread is known well enough.
    static let fewestRuns = 5

    let store: Store

    /// By step, without those that were run too seldom.
    ///
    /// - Throws: what Redis throws; the durations are not taken for unknown then.
    func read(_ steps: [String], of command: Command) async throws -> [String: DurationDistribution] {
        let runs = try await store.analytics.runs(
            of: steps,
            in: command.entityID,
            domain: command.domain,
            owner: command.owner
        )
        return runs.compactMapValues { $0.count < Self.fewestRuns ? nil : DurationDistribution($0.spans) }
    }
}
