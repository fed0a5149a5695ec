import AgentRuntime
import AsyncPrimitives
import LLMClient
import Logging
import NovaContract
import NovaStore
import RedisClient
import WorkPool

/// Carries out what a model asks of its tools: each call is a task for whoever can do it.
struct ModelTools: Sendable {
    let task: TaskRecord
    let agentID: String
    let profile: ModelProfile
    let space: WorkSpace
    let logger: Logger

    private static let tick: Duration = .milliseconds(200)

    /// What the model is told of the call: its result, or what went wrong.
    ///
    /// - Throws: `CancellationError` only; then the task of the call is cancelled.
    func answer(_ call: ToolCall) async throws -> String {
        guard let tool = profile.tools.first(where: { $0.name == call.name }) else { return "error: no such tool" }
        let id = EntityID.below(task.id, UUIDv7.make())
        do {
            try await persistently { try await make(tool, call, id) }
            return try await end(of: id)
        } catch let error as CancellationError {
            await Task { await drop(id) }.value
            throw error
        } catch {
            logger.warning("a tool could not be called", metadata: ["task_id": "\(id)", "error": "\(error)"])
            await drop(id)
            return "error: the tool could not be called"
        }
    }

    private func make(_ tool: ModelProfile.Tool, _ call: ToolCall, _ id: String) async throws {
        var definition = TaskDefinition(type: "tool.\(tool.name)")
        definition.parameters = try Conversation.arguments(call)
        definition.capabilities = tool.capabilities
        definition.agents = tool.agents
        definition.priority = task.definition.priority
        definition.labels = ["called_by": agentID, "called_for": task.id]
        // Should this worker die, nobody waits for it any more.
        definition.deadline = Timestamp.milliseconds() + Int64(profile.budget.seconds * 1_000)
        _ = try await space.tasks.create([NewTask(id: id, definition: definition)], by: agentID, jobID: id)
    }

    private func end(of id: String) async throws -> String {
        while true {
            try await Task.sleep(for: Self.tick)
            let known = try await persistently { try await space.tasks.summaries([id]).first }
            guard let standing = known else { return "error: it was deleted" }
            guard standing.state.isEnd else { continue }
            let whole = try await persistently { try await space.tasks.get(id) }
            guard standing.state == .completed else {
                let reason = whole?.error?["message"]?.stringValue
                return "error: it has \(standing.state.rawValue)" + (reason.map { ": \($0)" } ?? "")
            }
            let result = whole?.result ?? .null
            return result.stringValue ?? result.jsonString
        }
    }

    /// Until Redis answers; the budget's time ends it.
    private func persistently<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await retrying(.constant(Self.tick), body) { failed in
            guard let error = failed.error as? RedisError, error.isRetriable else { return nil }
            logger.debug("a tool waits for Redis", metadata: ["error": "\(error)"])
            return failed.delay
        }
    }

    private func drop(_ id: String) async {
        do {
            _ = try await space.tasks.delete(
                id,
                ifVersion: nil,
                by: agentID,
                why: "nobody waits for it",
                jobID: "drop:\(id)"
            )
        } catch let error as NovaError where error.code == .resourceNotFound {
            // It was not made yet.
        } catch {
            logger.warning("the task of a tool goes on", metadata: ["task_id": "\(id)", "error": "\(error)"])
        }
    }
}
