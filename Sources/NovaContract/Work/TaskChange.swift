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

    private static let named = [
        "type", "parameters", "priority", "deadline", "dependencies", "on_dependency_failure", "retries", "timeout",
        "capabilities", "agents", "labels",
    ]

    /// - Parameter now: milliseconds since 1970, from which a deadline in seconds counts.
    package init(taskID: String, body: JSONValue, now: Int64) throws(NovaError) {
        var validator = Validator()
        guard case .object(let members) = body else { throw .notAnObject(body) }
        if let named = validator.string(members["task_id"], "/task_id"), named != taskID {
            validator.fail("/task_id", "must be \"\(taskID)\" as in the path, not \"\(named)\"")
        }
        if members["subtasks"] != nil { validator.fail("/subtasks", "cannot be changed: make tasks with parent_id") }
        if members["parent_id"] != nil { validator.fail("/parent_id", "cannot be changed") }
        self.taskID = taskID
        self.now = now
        self.members = members.filter { Self.named.contains($0.key) }
        transition = Self.transition(members, &validator)
        _ = TaskDefinition(members, over: TaskDefinition(type: ""), at: .root, now: now, &validator)
        try validator.finish()
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

    package func applied(to known: TaskDefinition) -> TaskDefinition {
        var validator = Validator()
        return TaskDefinition(members, over: known, at: .root, now: now, &validator)
    }
}

extension NovaError {
    static func notAnObject(_ body: JSONValue) -> NovaError {
        NovaError(
            .validationError,
            "the body must be a JSON object, not \(body.kindName)",
            details: [.init(.root, "must be an object")]
        )
    }
}
