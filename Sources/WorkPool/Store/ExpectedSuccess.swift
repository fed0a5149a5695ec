import NovaContract
import NovaStore

/// How likely a task is to be completed, from what came of those before it.
///
/// Laplace's rule of succession: (successes + 1) / (tries + 2). What ran out of its lease or its time was a try.
package struct ExpectedSuccess: Sendable, Equatable {
    /// Above 0, below 1; 0.5 where nothing is known.
    package let confidence: Double
    package let basis: String

    private init(confidence: Double, basis: String) {
        self.confidence = confidence
        self.basis = basis
    }

    package init(_ tally: AgentRecord.Tally, of whom: String) {
        let tries = tally.completed + tally.failed + tally.lost
        confidence = (Double(tally.completed) + 1) / (Double(tries) + 2)
        basis =
            tries == 0
            ? "expected success; there is no record yet of \(whom)"
            : "expected success: (\(tally.completed) + 1) / (\(tries) + 2), from the record of \(whom)"
    }

    /// Of the agent that has the task, else of all who did such tasks; of one that has ended, what it came to.
    package init(of task: TaskRecord, in space: WorkSpace) async throws {
        if task.state.isEnd {
            self.init(
                confidence: task.state == .completed ? 1 : 0,
                basis: "the task has ended as \(task.state.rawValue)"
            )
            return
        }
        let type = task.definition.type
        let agent = task.agentID ?? (task.definition.agents.count == 1 ? task.definition.agents[0] : nil)
        let tally = try await space.tasks.record(ofType: type, agentID: agent)
        self.init(tally, of: agent.map { "\($0) with \(type)" } ?? "all agents with \(type)")
    }
}
