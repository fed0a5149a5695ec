import NovaContract
import NovaStore
import Testing
import WorkPool

extension WorkSpace {
    /// Makes one task.
    @discardableResult
    func make(
        _ id: String,
        _ members: JSONObject = [:],
        coordination: String? = nil,
        assignee: String? = nil,
        jobID: String = UUIDv7.make()
    ) async throws -> TaskStanding? {
        let body = JSONValue.object(members.merging(["type": "work", "task_id": .string(id)]) { own, _ in own })
        var made = try NewTasks(taskID: id, body: body, now: Timestamp.milliseconds()).tasks
        made[made.count - 1].coordination = coordination
        made[made.count - 1].assignee = assignee
        return try await tasks.create(made, by: "tester", jobID: jobID).last
    }

    func state(_ id: String) async throws -> TaskState? { try await tasks.get(id)?.state }

    func register(_ id: String, _ members: JSONObject = [:]) async throws {
        let agent = try AgentDefinition(agentID: id, body: .object(members))
        _ = try await agents.put(agent, ifVersion: nil, by: "tester", jobID: UUIDv7.make())
    }

    func claim(_ agent: String, _ most: Int = 1, lease: Duration? = .seconds(60)) async throws -> [TaskRecord] {
        try await tasks.claim(agentID: agent, maximum: most, lease: lease)
    }

    @discardableResult
    func finish(_ task: TaskRecord, _ kind: TaskReport.Kind, jobID: String = UUIDv7.make()) async throws
        -> TaskStanding
    {
        try await tasks.report(.of(task, kind), by: "tester", jobID: jobID)
    }

    func change(
        _ id: String,
        _ members: JSONObject,
        ifVersion: VersionCondition? = nil
    ) async throws -> TaskStanding {
        let change = try TaskChange(taskID: id, body: .object(members), now: Timestamp.milliseconds())
        return try await tasks.update(change, ifVersion: ifVersion, by: "tester", jobID: UUIDv7.make())
    }

    /// Ticks until `condition` holds; the suite's time limit ends it where it never does.
    func tick(until condition: () async throws -> Bool) async throws {
        while try await !condition() {
            _ = try await tick()
            try Task.checkCancellation()
        }
    }
}

extension TaskReport {
    static func of(_ task: TaskRecord, _ kind: Kind) throws -> TaskReport {
        let held: JSONObject = [
            "token": JSONValue(task.token), "agent_id": JSONValue(task.agentID),
        ]
        func body(_ more: JSONObject) -> JSONValue { .object(held.merging(more) { $1 }) }
        switch kind {
        case .complete(let result):
            return try TaskReport(.complete, taskID: task.id, body: body(["result": result]))
        case .fail(let error, let retry):
            return try TaskReport(.fail, taskID: task.id, body: body(["error": error, "retry": .bool(retry)]))
        case .release:
            return try TaskReport(.release, taskID: task.id, body: body([:]))
        case .progress(let fraction, let message):
            let told: JSONObject = [
                "fraction": fraction.map { JSONValue($0) } ?? .null, "message": .string(message),
            ]
            return try TaskReport(.progress, taskID: task.id, body: body(told))
        }
    }
}

/// Holds that `body` throws a `NovaError` with this code.
func expectRefusal(
    _ code: ErrorCode,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async throws {
    do {
        try await body()
        Issue.record("not refused", sourceLocation: sourceLocation)
    } catch let error as NovaError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    }
}
