package import NovaContract

/// A task that is to be made.
package struct NewTask: Sendable, Equatable {
    package let id: String
    package let definition: TaskDefinition
    /// Where it stands in the request, for the pointers of later faults.
    package let pointer: JSONPointer
    /// The coordination it is a part of.
    package var coordination: String?
    /// The agent in whose queue it is put at once.
    package var assignee: String?

    package init(
        id: String,
        definition: TaskDefinition,
        pointer: JSONPointer = .root,
        coordination: String? = nil,
        assignee: String? = nil
    ) {
        self.id = id
        self.definition = definition
        self.pointer = pointer
        self.coordination = coordination
        self.assignee = assignee
    }

    /// The members of a task in a request.
    static let members = TaskDefinition.members + ["task_id", "parent_id", "subtasks"]

    /// Appends a task and the subtasks nested in it, each before what waits for it; nothing more where there are more than
    /// `NewTasks.maximumTasks`.
    ///
    /// - Parameter names: the members that are known here.
    static func read(
        _ value: JSONValue,
        id: String,
        parent: String?,
        at pointer: JSONPointer,
        now: Int64,
        names: [String] = members,
        into tasks: inout [NewTask],
        _ validator: inout Validator
    ) {
        guard tasks.count <= NewTasks.maximumTasks else { return }
        guard case .object(let members) = value else {
            validator.fail(pointer, "must be an object with type, not \(value.kindName)")
            return
        }
        validator.known(members, names, at: pointer)
        let place = pointer.appending("task_id")
        let named = validator.id(members["task_id"], place, of: "task") ?? id
        // One that Nova makes up from that of the batch or the parent may be too long.
        if members["task_id"] == nil, let fault = EntityID.fault(id) {
            validator.fail(place, "is needed: \"\(id)\" \(fault)")
        }
        _ = validator.required(members["type"], pointer.appending("type")) { $0.string($1, $2, length: 1...200) }
        var definition = TaskDefinition(
            members,
            over: TaskDefinition(type: ""),
            at: pointer,
            now: now,
            &validator
        )
        if let parent {
            if let own = definition.parentID, own != parent {
                validator.fail(pointer.appending("parent_id"), "must be left out of a nested subtask")
            }
            definition.parentID = parent
        }
        let nested = pointer.appending("subtasks")
        for (index, element) in (validator.array(members["subtasks"], nested) ?? []).enumerated() {
            let own = "\(named).\(index + 1)"
            read(element, id: own, parent: named, at: nested.appending(index), now: now, into: &tasks, &validator)
            guard tasks.count <= NewTasks.maximumTasks else { return }
        }
        tasks.append(NewTask(id: named, definition: definition, pointer: pointer))
    }
}

/// Tasks that are made together, all or none: the body of POST `/tasks`, or of POST `/tasks/batch`.
package struct NewTasks: Sendable, Equatable {
    package static let maximumTasks = 1_000
    /// Of all tasks together.
    package static let maximumDependencies = 5_000

    /// Each after those it depends on, as far as they are among these.
    package let tasks: [NewTask]

    /// One task with its subtasks.
    ///
    /// - Parameters:
    ///   - id: of the task where the body names none.
    ///   - now: milliseconds since 1970, from which deadlines in seconds count.
    package init(
        taskID id: String,
        body: JSONValue,
        now: Int64,
        source: Validator.Source = .record
    ) throws(NovaError) {
        var validator = Validator(source)
        var tasks: [NewTask] = []
        let names = NewTask.members + ["domain"]
        NewTask.read(body, id: id, parent: nil, at: .root, now: now, names: names, into: &tasks, &validator)
        self.tasks = Self.ordered(tasks, "/subtasks", &validator)
        try validator.finish()
    }

    /// `tasks[]` of a batch; one without a `task_id` is named after the batch and its place in it.
    package init(
        batchID id: String,
        body: JSONValue,
        now: Int64,
        source: Validator.Source = .record
    ) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, ["tasks", "domain"], at: .root)
        let given = validator.required(members["tasks"], "/tasks") { $0.array($1, $2) } ?? []
        if members["tasks"]?.arrayValue?.isEmpty == true { validator.fail("/tasks", "must have at least one task") }
        var tasks: [NewTask] = []
        for (index, element) in given.prefix(Self.maximumTasks + 1).enumerated() {
            let pointer = JSONPointer("/tasks").appending(index)
            let own = "\(id).\(index + 1)"
            NewTask.read(element, id: own, parent: nil, at: pointer, now: now, into: &tasks, &validator)
        }
        self.tasks = Self.ordered(tasks, "/tasks", &validator)
        try validator.finish()
    }

    /// Sorts by dependencies (Kahn), and finds cycles and ids that are there twice.
    private static func ordered(
        _ tasks: [NewTask],
        _ pointer: JSONPointer,
        _ validator: inout Validator
    ) -> [NewTask] {
        guard tasks.count <= maximumTasks else {
            validator.fail(pointer, "must be at most \(maximumTasks) tasks, with their subtasks")
            return []
        }
        let dependencies = tasks.reduce(0) { $0 + $1.definition.dependencies.count }
        guard validator.source == .record || dependencies <= maximumDependencies else {
            let fault = "must have at most \(maximumDependencies) dependencies together, not \(dependencies)"
            validator.fail(pointer, fault)
            return []
        }
        var indices: [String: Int] = [:]
        for (index, task) in tasks.enumerated() where indices.updateValue(index, forKey: task.id) != nil {
            validator.fail(task.pointer.appending("task_id"), "\"\(task.id)\" is there twice")
        }
        var open = [Int](repeating: 0, count: tasks.count)
        var dependents = [[Int]](repeating: [], count: tasks.count)
        func link(_ before: String, _ after: Int) {
            guard let index = indices[before] else { return }
            open[after] += 1
            dependents[index].append(after)
        }
        for (index, task) in tasks.enumerated() {
            for id in task.definition.dependencies { link(id, index) }
            // A parent waits for its subtasks.
            if let parent = task.definition.parentID.flatMap({ indices[$0] }) {
                open[parent] += 1
                dependents[index].append(parent)
            }
        }
        var free = tasks.indices.filter { open[$0] == 0 }
        var order: [Int] = []
        while let next = free.popLast() {
            order.append(next)
            for dependent in dependents[next] {
                open[dependent] -= 1
                if open[dependent] == 0 { free.append(dependent) }
            }
        }
        if let index = tasks.indices.first(where: { open[$0] > 0 }) {
            let cyclic = tasks.indices.filter { open[$0] > 0 }.prefix(5).map { "\"\(tasks[$0].id)\"" }
            validator.fail(
                tasks[index].pointer.appending("dependencies"),
                "the tasks wait for each other in a cycle, among them \(cyclic.joined(separator: ", "))"
            )
        }
        return order.map { tasks[$0] }
    }
}
