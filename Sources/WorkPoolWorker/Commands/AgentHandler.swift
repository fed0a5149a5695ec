import NovaContract
import NovaStore
import WorkPool

/// The commands on agents, and their answers.
struct AgentHandler {
    let command: Command
    let space: WorkSpace

    private var by: String { "key:\(command.keyID)" }

    func put(_ agent: AgentDefinition) async throws -> JSONValue {
        told(
            try await space.agents.put(agent, ifVersion: command.ifVersion, by: by, jobID: command.jobID)
        )
    }

    private func told(_ change: AgentStore.Change) -> JSONValue {
        [
            "agent_id": .string(command.entityID), "status": .string(change.existed ? "updated" : "registered"),
            "version": JSONValue(change.version), "timestamp": .string(Timestamp.string()),
        ]
    }

    /// What a merge patch makes of the agent: reads it, and reads it again where it was changed meanwhile.
    func patch(_ body: JSONValue) async throws -> JSONValue {
        let id = command.entityID
        for attempt in 0..<20 {
            guard let known = try await space.agents.get(id) else {
                throw NovaError(.resourceNotFound, "there is no agent \(id) in the domain \(space.domain)")
            }
            // Delivered again, it is not refused for the version that it made itself.
            let isWanted = command.ifVersion?.holds(known.version) ?? true
            let agent = try AgentDefinition(agentID: id, body: try known.definition.body(patch: body))
            do {
                return told(
                    try await space.agents.put(
                        agent,
                        ifVersion: isWanted ? .isOneOf([known.version]) : command.ifVersion,
                        by: by,
                        // A refusal is kept as well, and this one is not the end.
                        jobID: attempt == 0 ? command.jobID : "\(command.jobID).\(attempt)"
                    )
                )
            } catch let error as NovaError where error.code == .preconditionFailed && isWanted {
                continue
            }
        }
        throw NovaError(.serviceUnavailable, "the agent is changed too often at the moment", retryAfter: 1)
    }

    func delete() async throws -> JSONValue {
        _ = try await space.agents.delete(
            command.entityID,
            ifVersion: command.ifVersion,
            by: by,
            jobID: command.jobID
        )
        return [
            "agent_id": .string(command.entityID), "status": "deleted", "timestamp": .string(Timestamp.string()),
        ]
    }

    /// One task for this agent, whether it is there or made now.
    func assign(_ request: AssignRequest) async throws -> JSONValue {
        let id: String
        switch request.subject {
        case .known(let known):
            id = known
            try await give(known, to: request.agentID)
        case .new(let new):
            id = new.tasks.last?.id ?? command.jobID
            try await make(new, for: request.agentID)
        }
        guard let task = try await space.tasks.get(id), let agent = try await space.agents.get(request.agentID) else {
            throw NovaError(.resourceNotFound, "the task \(id) or the agent \(request.agentID) was deleted meanwhile")
        }
        let expected = try await ExpectedSuccess(of: task, in: space)
        var orchestration = task.orchestration.objectValue ?? [:]
        orchestration["task_id"] = .string(id)
        orchestration["agent"] = [
            "status": .string(agent.status.rawValue), "running": JSONValue(agent.running.count),
            "queue": JSONValue(agent.assigned.count), "capacity": JSONValue(agent.definition.capacity),
        ]
        var members: JSONObject = [
            "agent_id": .string(request.agentID), "status": "assigned", "task_id": .string(id),
            "orchestration": .object(orchestration), "confidence": JSONValue(expected.confidence),
            "confidence_basis": .string(expected.basis),
            "timestamp": .string(Timestamp.string()),
        ]
        if !request.warnings.isEmpty { members["warnings"] = NovaError.Detail.told(request.warnings) }
        return .object(members)
    }

    private func give(_ taskID: String, to agentID: String) async throws {
        let pairing = TaskPairing(taskID: taskID, agentID: agentID)
        let refusal = try await space.assign([pairing], isPinned: true, by: by, jobID: command.jobID)[0]
        guard let refusal else { return }
        let isUnknown = try await space.tasks.get(taskID) == nil
        throw NovaError(isUnknown ? .resourceNotFound : .conflict, refusal, details: [.init("/task", refusal)])
    }

    /// The last is the task itself, those before are its subtasks: they are for whoever can.
    private func make(_ new: NewTasks, for agentID: String) async throws {
        var tasks = new.tasks
        tasks[tasks.count - 1].assignee = agentID
        _ = try await space.tasks.create(tasks, by: by, jobID: command.jobID)
    }
}
