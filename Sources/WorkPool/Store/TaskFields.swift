import NovaContract
import NovaStore
import RedisClient

/// What the scripts are told of a task.
enum TaskFields {
    /// For `task-create.lua`.
    static func envelope(_ task: NewTask) -> JSONValue {
        let definition = task.definition
        var members = fields(definition)
        members["id"] = .string(task.id)
        members["pointer"] = .string(task.pointer.description)
        members["definition"] = .string(definition.json.jsonString)
        members["deps"] = JSONValue(definition.dependencies)
        members["parent"] = .string(definition.parentID ?? "")
        members["coordination"] = .string(task.coordination ?? "")
        members["agent"] = .string(task.assignee ?? "")
        return .object(members)
    }

    /// Those of the hash that follow from the definition; '' is none.
    private static func fields(_ definition: TaskDefinition) -> JSONObject {
        func milliseconds(_ seconds: Double) -> String { "\(Int64((seconds * 1_000).rounded()))" }
        return [
            "type": .string(definition.type), "priority": .string("\(definition.priority)"),
            "need": .string(definition.need), "policy": .string(definition.onDependencyFailure.rawValue),
            "retries": .string("\(definition.retries.maximum)"),
            "backoff": .string(milliseconds(definition.retries.backoff)),
            "backoff_max": .string(milliseconds(definition.retries.backoffMaximum)),
            "timeout": .string(definition.timeout.map(milliseconds) ?? ""),
            "deadline": .string(definition.deadline.map { "\($0)" } ?? ""),
            "flow": .string(definition.flowStep?.flow ?? ""), "step": .string(definition.flowStep?.step ?? ""),
        ]
    }

    /// For `task-update.lua`.
    static func change(_ change: TaskChange, of known: TaskRecord) -> [RedisArgument] {
        let definition = change.applied(to: known.definition)
        let outcome: String
        switch change.transition {
        case .completed(let result): outcome = result.jsonString
        case .failed(let error): outcome = TaskReport.error(error).jsonString
        case .ready, .running, .cancelled, nil: outcome = ""
        }
        return [
            RedisArgument(change.taskID), RedisArgument(known.version),
            RedisArgument(JSONValue(change.changed).jsonString), RedisArgument(definition.json.jsonString),
            RedisArgument(JSONValue.object(fields(definition)).jsonString),
            RedisArgument(JSONValue(definition.dependencies).jsonString),
            RedisArgument(change.transition?.state.rawValue ?? ""), RedisArgument(outcome),
        ]
    }
}
