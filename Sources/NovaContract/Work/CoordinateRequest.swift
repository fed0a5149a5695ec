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
        if source == .request { Self.bound(task, limits, &validator) }
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

    /// Ids, or objects that hold one.
    private static func agents(_ given: [JSONValue], _ validator: inout Validator) -> [String] {
        var known: Set<String> = []
        return given.prefix(maximumAgents).enumerated().compactMap { index, element in
            let pointer = JSONPointer("/agents").appending(index)
            let named = element.objectValue.map { $0["agent_id"] ?? $0["id"] ?? .null } ?? element
            let id = validator.required(named, pointer) { $0.id($1, $2, of: "agent") }
            return id.flatMap { known.insert($0).inserted ? $0 : nil }
        }
    }
}
