package import NovaContract

/// The body of PUT `/tasks/{task_id}`: what is to be changed.
package struct TaskChange: Sendable, Equatable {
    /// A transition by hand.
    package enum Transition: Sendable, Equatable {
        case ready
        case running
        case completed(result: JSONValue)
        case failed(error: JSONValue)
        case cancelled

        package var state: TaskState {
            switch self {
            case .ready: .ready
            case .running: .running
            case .completed: .completed
            case .failed: .failed
            case .cancelled: .cancelled
            }
        }
    }

    package let taskID: String
    package let transition: Transition?
    private let members: JSONObject
    private let now: Int64

    /// Beside those of a task.
    private static let members = ["task_id", "status", "result", "error", "subtasks", "parent_id", "domain"]

    /// - Parameter now: milliseconds since 1970, from which a deadline in seconds counts.
    package init(
        taskID: String,
        body: JSONValue,
        now: Int64,
        source: Validator.Source = .record
    ) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, TaskDefinition.members + Self.members, at: .root)
        validator.same(members["task_id"], "/task_id", asInPath: taskID)
        if members["subtasks"] != nil { validator.fail("/subtasks", "cannot be changed: make tasks with parent_id") }
        if members["parent_id"] != nil { validator.fail("/parent_id", "cannot be changed") }
        self.taskID = taskID
        self.now = now
        self.members = members.filter { TaskDefinition.members.contains($0.key) }
        transition = Self.transition(members, &validator)
        _ = TaskDefinition(members, over: TaskDefinition(type: ""), at: .root, now: now, &validator)
        if source == .request { Self.checkOutcome(members, transition, &validator) }
        try validator.finish()
        switch transition {
        case .completed(let result): try TaskReport.check("result", result)
        case .failed(let error): try TaskReport.check("error", error)
        case .ready, .running, .cancelled, nil: break
        }
    }

    /// A result is that of a completion, an error that of a failure: elsewhere they would be left out.
    private static func checkOutcome(
        _ members: JSONObject,
        _ transition: Transition?,
        _ validator: inout Validator
    ) {
        if members["result"] ?? .null != .null, transition?.state != .completed {
            validator.fail("/result", "is taken with the status completed only")
        }
        if members["error"] ?? .null != .null, transition?.state != .failed {
            validator.fail("/error", "is taken with the status failed only")
        }
    }

    private static func transition(_ members: JSONObject, _ validator: inout Validator) -> Transition? {
        guard let status = validator.string(members["status"], "/status") else { return nil }
        switch status {
        case "ready": return .ready
        case "running": return .running
        case "completed": return .completed(result: members["result"] ?? .null)
        case "failed": return .failed(error: members["error"] ?? .null)
        case "cancelled": return .cancelled
        default:
            validator.fail("/status", "must be ready, running, completed, failed or cancelled, not \"\(status)\"")
            return nil
        }
    }

    /// The members that are changed; those that a task keeps when it has begun are `labels` only.
    package var changed: [String] { members.keys.sorted() }

    /// What the task is to be; what was checked when it was asked for is not checked again.
    package func applied(to known: TaskDefinition) -> TaskDefinition {
        var validator = Validator()
        return TaskDefinition(members, over: known, at: .root, now: now, &validator)
    }
}
