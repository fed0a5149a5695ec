package import Coordination
package import NovaContract

/// The body of POST `/agents/coordinate`.
package struct CoordinateRequest: Sendable, Equatable {
    package let agentIDs: [String]
    package let task: JSONValue
    /// As the client wrote it; nil: Nova chooses.
    package let strategy: String?
    /// From `constraints`.
    package let limits: CoordinationLimits
    /// What of the request was not understood, and passed over.
    package let warnings: [NovaError.Detail]

    package static let members = ["agents", "task", "strategy", "constraints", "domain"]
    package static let maximumAgents = 100
    /// Bytes of `task` as JSON: each part is given it.
    package static let maximumTaskBytes = 262_144
    package static let strategies = [
        "parallel", "sequential", "pipeline", "auction", "consensus", "debate", "hierarchical",
    ]

    package init(body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        guard case .object(let members) = body else { throw .notAnObject(body) }
        validator.known(members, Self.members, at: .root)
        let given = validator.required(members["agents"], "/agents") { $0.array($1, $2) } ?? []
        if members["agents"]?.arrayValue?.isEmpty == true { validator.fail("/agents", "must name at least one agent") }
        if given.count > Self.maximumAgents {
            validator.fail("/agents", "must name at most \(Self.maximumAgents) agents, not \(given.count)")
        }
        agentIDs = Self.agents(given, &validator)
        switch members["task"] {
        case .string(let text): task = ["goal": .string(text)]
        case .object(let object): task = .object(object)
        case nil, .null:
            validator.fail("/task", "is required")
            task = [:]
        case .some(let other):
            validator.fail("/task", "must be an object or a sentence, not \(other.kindName)")
            task = [:]
        }
        strategy = validator.string(members["strategy"], "/strategy")
        if let strategy, !Self.strategies.contains(strategy), strategy != "auto" {
            validator.fail(
                "/strategy",
                "must be one of \(Self.strategies.joined(separator: ", ")), not \"\(strategy.cut(toBytes: 100))\""
            )
        }
        let constraints = validator.object(members["constraints"], "/constraints") ?? [:]
        limits = CoordinationLimits(.object(constraints), &validator)
        if source == .request {
            Self.bound(task, limits, &validator)
            if let stages = Self.parts("stages", of: "pipeline", strategy, task, &validator) {
                Self.check(stages: stages, &validator)
            }
            if let subtasks = Self.parts("subtasks", of: "hierarchical", strategy, task, &validator) {
                Self.check(subtasks: subtasks, &validator)
            }
        }
        Self.understand(stages: task, strategy, &validator)
        warnings = validator.warnings
        try validator.finish()
    }

    private static func bound(_ task: JSONValue, _ limits: CoordinationLimits, _ validator: inout Validator) {
        let bytes = task.jsonBytes.count
        if bytes > maximumTaskBytes {
            validator.fail("/task", "must have at most \(maximumTaskBytes) bytes as JSON, not \(bytes)")
        }
        for name in ["stages", "subtasks"] {
            guard let count = task[name]?.arrayValue?.count, count > limits.parts else { continue }
            validator.fail(
                JSONPointer("/task").appending(name),
                "must have at most \(limits.parts) elements, as constraints.parts says, not \(count)"
            )
        }
    }

    // MARK: - What the task is split into

    /// What the task names for a strategy that may be taken; where Nova chooses, anything but a list is the client's own.
    private static func parts(
        _ name: String,
        of own: String,
        _ strategy: String?,
        _ task: JSONValue,
        _ validator: inout Validator
    ) -> [JSONValue]? {
        if strategy == own { return validator.array(task[name], JSONPointer("/task").appending(name)) }
        return strategy == nil || strategy == "auto" ? task[name]?.arrayValue : nil
    }

    /// Of a stage nothing but these counts.
    private static func understand(stages task: JSONValue, _ strategy: String?, _ validator: inout Validator) {
        guard [nil, "auto", "pipeline"].contains(strategy) else { return }
        for (index, stage) in (task["stages"]?.arrayValue ?? []).enumerated() {
            guard let members = stage.objectValue else { continue }
            validator.understood(
                members,
                ["name", "instruction", "capabilities"],
                at: JSONPointer("/task/stages").appending(index)
            )
        }
    }

    /// Texts, or objects with `name` or `instruction`.
    private static func check(stages: [JSONValue], _ validator: inout Validator) {
        for (index, stage) in stages.enumerated() {
            let pointer = JSONPointer("/task/stages").appending(index)
            guard let members = part(stage, "name", pointer, &validator) else { continue }
            let name = validator.string(members["name"], pointer.appending("name"), length: lengths)
            if name == nil, members["name"] ?? .null == .null, members["instruction"] ?? .null == .null {
                validator.fail(pointer, "must have a name or an instruction")
            }
        }
    }

    /// Texts, or objects with `title` or `name`; whoever does one is given the whole object.
    private static func check(subtasks: [JSONValue], _ validator: inout Validator) {
        let known = ["title", "name", "instruction", "description", "capabilities"]
        for (index, subtask) in subtasks.enumerated() {
            let pointer = JSONPointer("/task/subtasks").appending(index)
            guard let members = part(subtask, "title", pointer, &validator) else { continue }
            // All else goes to whoever does it.
            validator.understood(members.filter { DidYouMean.isNear($0.key, known) != nil }, known, at: pointer)
            for name in ["name", "description"] {
                _ = validator.string(members[name], pointer.appending(name), length: lengths)
            }
            if members["name"] ?? .null == .null {
                _ = validator.required(members["title"], pointer.appending("title")) {
                    $0.string($1, $2, length: lengths)
                }
            }
        }
    }

    private static let lengths = 1...maximumTaskBytes

    /// The members of a stage or a subtask that is an object, with what both have checked.
    private static func part(
        _ value: JSONValue,
        _ naming: String,
        _ pointer: JSONPointer,
        _ validator: inout Validator
    ) -> JSONObject? {
        switch value {
        case .string(let text):
            if text.isEmpty { validator.fail(pointer, "must not be empty") }
            return nil
        case .object(let members):
            _ = validator.string(members["instruction"], pointer.appending("instruction"), length: lengths)
            _ = validator.capabilities(members["capabilities"], pointer.appending("capabilities"))
            return members
        default:
            validator.fail(pointer, "must be a text or an object with \(naming), not \(value.kindName)")
            return nil
        }
    }

    // MARK: - Agents

    private static func check(agent members: JSONObject, _ pointer: JSONPointer, _ validator: inout Validator) {
        validator.understood(members, ["agent_id", "id"], at: pointer)
        guard validator.source == .request, let other = members["id"], let id = members["agent_id"], id != other else {
            return
        }
        validator.fail(pointer.appending("id"), "must be the same as agent_id: one of them is enough")
    }

    /// Ids, or objects that hold one.
    private static func agents(_ given: [JSONValue], _ validator: inout Validator) -> [String] {
        var known: Set<String> = []
        return given.prefix(maximumAgents).enumerated().compactMap { index, element in
            let pointer = JSONPointer("/agents").appending(index)
            if let members = element.objectValue { check(agent: members, pointer, &validator) }
            let named = element.objectValue.map { $0["agent_id"] ?? $0["id"] ?? .null } ?? element
            let id = validator.required(named, pointer) { $0.id($1, $2, of: "agent") }
            return id.flatMap { known.insert($0).inserted ? $0 : nil }
        }
    }
}
