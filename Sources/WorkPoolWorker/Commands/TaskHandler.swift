import NovaContract
import NovaStore
import WorkPool

/// The commands on tasks, and their answers.
struct TaskHandler {
    let command: Command
    let space: WorkSpace

    private var by: String { "key:\(command.keyID)" }

    func create(_ new: NewTasks) async throws -> JSONValue {
        let made = try await space.tasks.create(new.tasks, by: by, jobID: command.jobID)
        return try await answer(made.last?.id ?? command.entityID, status: "created")
    }

    func createBatch(_ new: NewTasks) async throws -> JSONValue {
        let made = try await space.tasks.create(new.tasks, by: by, jobID: command.jobID)
        return [
            "status": "created", "tasks": .array(made.map(\.json)), "timestamp": .string(Timestamp.string()),
        ]
    }

    func update(_ change: TaskChange) async throws -> JSONValue {
        _ = try await space.tasks.update(change, ifVersion: command.ifVersion, by: by, jobID: command.jobID)
        return try await answer(command.entityID, status: "updated")
    }

    /// What a merge patch makes of the task.
    func patch(_ body: JSONValue) async throws -> JSONValue {
        let (id, now) = (command.entityID, command.createdAt)
        _ = try await space.tasks.update(id, ifVersion: command.ifVersion, by: by, jobID: command.jobID) {
            known throws(NovaError) in
            try TaskChange(taskID: id, body: try known.body(patch: body), now: now)
        }
        return try await answer(id, status: "updated")
    }

    func delete(_ request: TaskDeletion) async throws -> JSONValue {
        let deletion = try await space.tasks.delete(
            command.entityID,
            ifVersion: command.ifVersion,
            purges: request.purges,
            by: by,
            why: "cancelled by \(by)",
            jobID: command.jobID
        )
        var members: JSONObject = [
            "task_id": .string(command.entityID), "timestamp": .string(Timestamp.string()),
        ]
        switch deletion {
        case .cancelled(let version):
            members["status"] = "cancelled"
            members["version"] = JSONValue(version)
        case .deleted:
            members["status"] = "deleted"
        case .ended(let state, let version):
            members["status"] = .string(state.rawValue)
            members["version"] = JSONValue(version)
        }
        return .object(members)
    }

    func report(_ report: TaskReport) async throws -> JSONValue {
        let standing = try await space.tasks.report(report, by: "agent:\(report.agentID)", jobID: command.jobID)
        var members = standing.json.objectValue ?? [:]
        members["status"] = .string(standing.state.rawValue)
        members["timestamp"] = .string(Timestamp.string())
        return .object(members)
    }

    /// `task_id`, `status`, `orchestration`, `confidence`, `timestamp` of the contract.
    private func answer(_ id: String, status: String) async throws -> JSONValue {
        guard let task = try await space.tasks.get(id) else {
            throw NovaError(.resourceNotFound, "the task \(id) was deleted meanwhile")
        }
        let expected = try await ExpectedSuccess(of: task, in: space)
        return [
            "task_id": .string(id), "status": .string(status), "version": JSONValue(task.version),
            "orchestration": task.orchestration, "confidence": JSONValue(expected.confidence),
            "confidence_basis": .string(expected.basis), "timestamp": .string(Timestamp.string()),
        ]
    }
}

extension TaskStanding {
    var json: JSONValue {
        ["task_id": .string(id), "state": .string(state.rawValue), "version": JSONValue(version)]
    }
}
