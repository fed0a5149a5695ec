package import NovaContract

/// A task as its creator describes it.
package struct TaskDefinition: Sendable, Equatable {
    package var type: String
    package var parameters: JSONValue = [:]
    /// 1 (the least) to 5.
    package var priority = 1
    /// Milliseconds since 1970 at which it has expired; nil: never.
    package var deadline: Int64?
    package var dependencies: [String] = []
    package var onDependencyFailure = DependencyFailurePolicy.fail
    package var retries = RetryRule.none
    /// Seconds that one attempt may take; nil: as long as its lease is renewed.
    package var timeout: Double?
    /// What an agent must be able to do, all of it.
    package var capabilities: [String] = []
    /// The only agents that may do it; empty: any.
    package var agents: [String] = []
    package var parentID: String?
    package var labels: [String: String] = [:]

    package init(type: String) { self.type = type }

    package static let maximumDependencies = Validator.maximumIDs
    package static let maximumCapabilities = Validator.maximumCapabilities
    package static let maximumLabels = 100
    /// Of `parameters`, as JSON.
    package static let maximumParameterBytes = 1 << 20
    /// Of the names in `capabilities` and `agents` together: each claim looks at those of all tasks that are ready.
    package static let maximumNeedBytes = 8_192

    /// Those that a request for a task may have, and that a change of one may change.
    package static let members = [
        "type", "parameters", "priority", "deadline", "dependencies", "on_dependency_failure", "retries", "timeout",
        "capabilities", "agents", "labels",
    ]

    /// The members of a task, as they are told and kept.
    package var json: JSONValue {
        [
            "type": .string(type), "parameters": parameters, "priority": JSONValue(priority),
            "deadline": JSONValue(deadline.map { Timestamp.string(milliseconds: $0) }),
            "dependencies": JSONValue(dependencies),
            "on_dependency_failure": .string(onDependencyFailure.rawValue), "retries": retries.json,
            "timeout": timeout.map { JSONValue($0) } ?? .null, "capabilities": JSONValue(capabilities),
            "agents": JSONValue(agents), "parent_id": JSONValue(parentID),
            "labels": .object(labels.mapValues { .string($0) }),
        ]
    }

    /// The step of a flow that the labels `flow_id` and `step` say it is; nil where one of them is missing or no id.
    package var flowStep: (flow: String, step: String)? {
        guard let flow = labels["flow_id"], let step = labels["step"], EntityID.fault(flow) == nil,
            EntityID.fault(step) == nil
        else { return nil }
        return (flow, step)
    }

    /// Names whom the task may be given to: tasks with the same text are for the same agents.
    package var need: String {
        let need: JSONValue = [
            "capabilities": JSONValue(Set(capabilities).sorted()), "agents": JSONValue(Set(agents).sorted()),
        ]
        return need.jsonString
    }
}

// MARK: - Reading

extension TaskDefinition {
    /// Reads the members that are there over those of `known`.
    ///
    /// - Parameter now: milliseconds since 1970, from which a `deadline` in seconds counts.
    init(
        _ members: JSONObject,
        over known: TaskDefinition,
        at pointer: JSONPointer,
        now: Int64,
        _ validator: inout Validator
    ) {
        func place(_ name: String) -> JSONPointer { pointer.appending(name) }
        self = known
        if let type = validator.string(members["type"], place("type"), length: 1...200) { self.type = type }
        if let given = validator.object(members["parameters"], place("parameters")) {
            parameters = .object(given)
            let bytes = validator.source == .request ? parameters.jsonBytes.count : 0
            if bytes > Self.maximumParameterBytes {
                validator.fail(
                    place("parameters"),
                    "must be at most \(Self.maximumParameterBytes) bytes of JSON, not \(bytes): keep it elsewhere and say where"
                )
            }
        }
        if let given = validator.integer(members["priority"], place("priority"), in: 1...5) { priority = given }
        if members["deadline"] != nil {
            deadline = validator.moment(members["deadline"], place("deadline"), now: now)
        }
        let most = Self.maximumDependencies
        if let given = validator.ids(members["dependencies"], place("dependencies"), most: most) {
            dependencies = given
        }
        if let given = Self.policy(members["on_dependency_failure"], place("on_dependency_failure"), &validator) {
            onDependencyFailure = given
        }
        if let given = RetryRule(members["retries"], at: place("retries"), &validator) { retries = given }
        if members["timeout"] != nil {
            timeout = validator.number(members["timeout"], place("timeout"), in: 0.001...31_536_000)
        }
        if let given = validator.capabilities(members["capabilities"], place("capabilities")) { capabilities = given }
        if members["agents"] == .null {
            agents = []
        } else if let given = validator.ids(members["agents"], place("agents"), most: most) {
            // Nobody could do it; taken for nobody in particular, anybody would.
            if given.isEmpty, validator.source == .request {
                validator.fail(place("agents"), "must name at least one agent; null or left out: any")
            }
            agents = given
        }
        let needBytes = (capabilities + agents).reduce(0) { $0 + $1.utf8.count }
        if validator.source == .request, needBytes > Self.maximumNeedBytes {
            let fault =
                "must have names of at most \(Self.maximumNeedBytes) bytes together with capabilities, not \(needBytes)"
            validator.fail(place("agents"), fault)
        }
        if let given = validator.id(members["parent_id"], place("parent_id")) { parentID = given }
        if let given = Self.labels(members["labels"], place("labels"), &validator) { labels = given }
    }

    private static func policy(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        _ validator: inout Validator
    ) -> DependencyFailurePolicy? {
        guard let text = validator.string(value, pointer) else { return nil }
        guard let policy = DependencyFailurePolicy(rawValue: text) else {
            validator.fail(pointer, "must be fail, skip or run")
            return nil
        }
        return policy
    }

    static func id(_ value: JSONValue?, _ pointer: JSONPointer, _ validator: inout Validator) -> String? {
        guard let text = validator.string(value, pointer, length: 0...10_000) else { return nil }
        if let fault = EntityID.fault(text) {
            validator.fail(pointer, fault)
            return nil
        }
        return text
    }

    static func labels(
        _ value: JSONValue?,
        _ pointer: JSONPointer,
        _ validator: inout Validator
    ) -> [String: String]? {
        guard let members = validator.object(value, pointer) else { return nil }
        if members.count > maximumLabels {
            validator.fail(pointer, "must have at most \(maximumLabels) labels, not \(members.count)")
        }
        var labels: [String: String] = [:]
        for (name, value) in members.sortedMembers.prefix(maximumLabels) {
            if validator.source == .request { _ = validator.isName(name, pointer.appending(name)) }
            labels[name] = validator.required(value, pointer.appending(name)) { $0.string($1, $2, length: 0...1_000) }
        }
        return labels
    }

    /// As it is kept in Redis; what is missing or wrong there is the default.
    package init(kept json: JSONValue) {
        var validator = Validator()
        self.init(json.objectValue ?? [:], over: TaskDefinition(type: ""), at: .root, now: 0, &validator)
    }
}

extension TaskDefinition {
    /// The body of PUT `/tasks/{task_id}` that does what a merge patch asks for.
    package func body(patch: JSONValue) throws(NovaError) -> JSONValue {
        var defaults = TaskDefinition(type: "").json.objectValue ?? [:]
        // What it is a part of is refused where it is named.
        defaults["parent_id"] = nil
        // An empty list would be for nobody.
        defaults["agents"] = .some(.null)
        return try json.partial(patch: patch, defaults: .object(defaults))
    }
}
