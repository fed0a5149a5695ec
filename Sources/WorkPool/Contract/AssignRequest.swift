package import NovaContract

/// The body of POST `/agents/{agent_id}/assign`: one task for one agent.
package struct AssignRequest: Sendable, Equatable {
    package enum Subject: Sendable, Equatable {
        /// One that is there.
        case known(taskID: String)
        /// One that is made, with its subtasks.
        case new(NewTasks)
    }

    package let agentID: String
    package let subject: Subject
    /// What of the request was not understood, and passed over.
    package let warnings: [NovaError.Detail]

    package static let members = ["agent_id", "task", "constraints", "domain"]

    /// - Parameters:
    ///   - id: of the task where one is made and the body does not name it.
    ///   - now: milliseconds since 1970, from which a deadline in seconds counts.
    package init(
        agentID: String,
        taskID id: String,
        body: JSONValue,
        now: Int64,
        source: Validator.Source = .record
    ) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, Self.members, at: .root)
        if let fault = EntityID.fault(agentID, of: source == .request ? "agent" : nil) {
            validator.fail("/agent_id", fault)
        }
        validator.same(members["agent_id"], "/agent_id", asInPath: agentID)
        // Of older clients; nothing that it could say is known.
        validator.understood(validator.object(members["constraints"], "/constraints") ?? [:], [], at: "/constraints")
        let passedOver = validator.warnings
        self.agentID = agentID
        switch members["task"] {
        case .string(let text):
            if let fault = EntityID.fault(text) { validator.fail("/task", fault) }
            try validator.finish()
            (subject, warnings) = (.known(taskID: text), passedOver)
        case .object(let task) where Set(task.keys.filter { !$0.hasPrefix("x-") }) == ["task_id"]:
            let named = validator.id(task["task_id"], "/task/task_id")
            try validator.finish()
            (subject, warnings) = (.known(taskID: named ?? ""), passedOver)
        case .object(let task):
            try validator.finish()
            let made = try Self.made(task, id: id, now: now, source)
            (subject, warnings) = (.new(made.tasks), passedOver + made.warnings)
        case nil, .null:
            validator.fail("/task", "is required")
            try validator.finish()
            (subject, warnings) = (.known(taskID: ""), passedOver)
        case .some(let other):
            validator.fail("/task", "must be a task's id or an object, not \(other.kindName)")
            try validator.finish()
            (subject, warnings) = (.known(taskID: ""), passedOver)
        }
    }

    /// Older clients describe a task in their own words: whatever they say is what the agent gets.
    private static func made(_ task: JSONObject, id: String, now: Int64, _ source: Validator.Source)
        throws(NovaError) -> (tasks: NewTasks, warnings: [NovaError.Detail])
    {
        let names = NewTask.members + ["domain"]
        var own = Validator(source)
        own.understood(task, names, at: "/task")
        guard let type = task["type"] else {
            // A task that is there and what it is to be, or a new one without its type: never words of their own.
            if source == .request, task["task_id"] != nil, own.warnings.isEmpty {
                own.fail("/task/type", "is required for a new task; one that is there is named by its task_id alone")
            }
            try own.finish()
            return try free("task", task, id: id, now: now, source)
        }
        // With words of their own beside it, which are not nearly one of ours, all of it is what the agent gets.
        if task["parameters"] == nil, own.faultCount == 0, !own.warnings.isEmpty {
            return try free(type, task, id: id, now: now, source)
        }
        do {
            return (try NewTasks(taskID: id, body: .object(task), now: now, source: source), [])
        } catch {
            throw error.below("/task")
        }
    }

    /// A task whose parameters are all that a client said; what sounds like a member of a task is warned of.
    private static func free(_ type: JSONValue, _ task: JSONObject, id: String, now: Int64, _ source: Validator.Source)
        throws(NovaError) -> (tasks: NewTasks, warnings: [NovaError.Detail])
    {
        let body: JSONValue = ["type": type, "parameters": .object(task)]
        let tasks: NewTasks
        do {
            tasks = try NewTasks(taskID: id, body: body, now: now, source: source)
        } catch {
            throw error.below("/task")
        }
        let warnings = NewTask.members.filter { $0 != "type" && task[$0] != nil }.sorted().map { name in
            NovaError.Detail(
                JSONPointer("/task").appending(name),
                "is among the parameters here, as all of this task is: beside type and parameters it counts"
            )
        }
        return (tasks, warnings)
    }
}

/// The body of POST `/tasks/assign`: many tasks to many agents.
package struct AssignmentRequest: Sendable, Equatable {
    /// Nil: all that are ready.
    package let taskIDs: [String]?
    /// Nil: all with room.
    package let agentIDs: [String]?
    package let isDryRun: Bool

    package static let members = ["task_ids", "agent_ids", "dry_run", "domain"]

    package init(body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, Self.members, at: .root)
        if source == .request {
            for name in ["task_ids", "agent_ids"] where members[name]?.arrayValue?.isEmpty == true {
                validator.fail(JSONPointer.root.appending(name), "must name at least one: left out, it is all")
            }
        }
        taskIDs = validator.ids(members["task_ids"], "/task_ids", most: TaskDefinition.maximumDependencies)
        agentIDs = validator.ids(members["agent_ids"], "/agent_ids", most: TaskDefinition.maximumDependencies)
        isDryRun = validator.boolean(members["dry_run"], "/dry_run") ?? false
        try validator.finish()
    }
}
