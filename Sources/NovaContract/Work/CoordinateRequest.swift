/// The body of POST `/agents/coordinate`.
package struct CoordinateRequest: Sendable, Equatable {
    package let agentIDs: [String]
    package let task: JSONValue
    /// As the client wrote it; nil: Nova chooses.
    package let strategy: String?
    /// From `constraints`.
    package let limits: CoordinationLimits

    package static let strategies = [
        "parallel", "sequential", "pipeline", "auction", "consensus", "debate", "hierarchical",
    ]

    package init(body: JSONValue) throws(NovaError) {
        var validator = Validator()
        guard case .object(let members) = body else { throw .notAnObject(body) }
        let given = validator.required(members["agents"], "/agents") { $0.array($1, $2) } ?? []
        if members["agents"]?.arrayValue?.isEmpty == true { validator.fail("/agents", "must name at least one agent") }
        if given.count > 100 { validator.fail("/agents", "must name at most 100 agents, not \(given.count)") }
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
                "must be one of \(Self.strategies.joined(separator: ", ")), not \"\(strategy)\""
            )
        }
        let constraints = validator.object(members["constraints"], "/constraints") ?? [:]
        limits = CoordinationLimits(.object(constraints), &validator)
        try validator.finish()
    }

    /// Ids, or objects that hold one.
    private static func agents(_ given: [JSONValue], _ validator: inout Validator) -> [String] {
        var known: Set<String> = []
        return given.prefix(100).enumerated().compactMap { index, element in
            let pointer = JSONPointer("/agents").appending(index)
            let named = element.objectValue.map { $0["agent_id"] ?? $0["id"] ?? .null } ?? element
            let id = validator.required(named, pointer) { TaskDefinition.id($1, $2, &$0) }
            return id.flatMap { known.insert($0).inserted ? $0 : nil }
        }
    }
}
