package import NovaContract

/// Which memories are looked at.
package struct MemoryFilter: Sendable, Equatable {
    package var kind: MemoryDefinition.Kind?
    /// Milliseconds since 1970.
    package var from: Int64?
    package var to: Int64?
    package var minimumImportance: Double?
    package var conversation: String?
    package var agentID: String?
    package var taskID: String?
    /// All of them.
    package var tags: [String] = []

    package static let members = [
        "kind", "from", "to", "min_importance", "conversation", "agent_id", "task_id", "tags",
    ]

    package init() {}

    package func accepts(_ record: MemoryRecord) -> Bool {
        let definition = record.definition
        return (kind.map { $0 == definition.kind } ?? true) && (from.map { $0 <= record.time } ?? true)
            && (to.map { record.time < $0 } ?? true) && (minimumImportance.map { $0 <= definition.importance } ?? true)
            && (conversation.map { $0 == definition.conversation } ?? true)
            && (agentID.map { $0 == definition.agentID } ?? true) && (taskID.map { $0 == definition.taskID } ?? true)
            && tags.allSatisfy(definition.tags.contains)
    }

    /// - Parameter name: of a member; the same ones as in the query of GET `/memory`.
    package init(_ members: JSONObject, at pointer: JSONPointer, _ validator: inout Validator) {
        func place(_ name: String) -> JSONPointer { pointer.appending(name) }
        validator.known(members, Self.members, at: pointer)
        if let text = validator.string(members["kind"], place("kind")) {
            kind = MemoryDefinition.Kind(rawValue: text)
            if kind == nil { validator.fail(place("kind"), "must be episodic or semantic") }
        }
        from = validator.time(members["from"], place("from"))
        to = validator.time(members["to"], place("to"))
        minimumImportance = validator.number(members["min_importance"], place("min_importance"), in: 0...1)
        func id(_ name: String) -> String? {
            // Stored ids are in normalization form C: another form of one would find nothing.
            validator.source == .request
                ? validator.id(members[name], place(name)) : validator.string(members[name], place(name))
        }
        conversation = id("conversation")
        agentID = id("agent_id")
        taskID = id("task_id")
        tags = validator.tags(members["tags"], place("tags")) ?? []
    }
}

/// What is searched for: the body of POST `/memory/search`.
package struct MemoryQuery: Sendable, Equatable {
    /// How much each part of a score counts; only what they are to each other matters.
    package struct Weights: Sendable, Equatable {
        package var relevance = 1.0
        package var recency = 0.05
        package var importance = 0.05
        package var use = 0.05

        static let members = ["relevance", "recency", "importance", "use"]

        package init() {}
    }

    /// What a client may ask; `importance` and `context` are of older clients, and say nothing here.
    package static let members = [
        "type", "content", "limit", "filter", "weights", "half_life", "diversity", "neighbours", "domain", "importance",
        "context",
    ]
    /// Bytes of the content as JSON: more is not what anybody looks for.
    package static let maximumContent = 64 << 10

    package let content: JSONObject
    package var limit = 10
    package var filter = MemoryFilter()
    package var weights = Weights()
    /// Seconds after which a memory's recency is half of what it was.
    package var halfLife = 30.0 * 86_400
    /// 0: near-duplicates may all be found; 1: what is alike even in part is left out.
    package var diversity = 0.2
    /// Memories before and after each match in its conversation that come with it.
    package var neighbours = 0

    /// What was passed over.
    package private(set) var warnings: [NovaError.Detail] = []

    package init(body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        guard case .object(let members) = body else { throw .notAnObject(body) }
        var validator = Validator(source)
        validator.known(members, Self.members, at: .root)
        let asked = validator.required(members["content"], "/content") { $0.object($1, $2) } ?? [:]
        if asked.isEmpty, case .object = members["content"] { validator.fail("/content", "must not be empty") }
        let bytes = JSONValue.object(asked).jsonBytes.count
        if bytes > Self.maximumContent {
            validator.fail("/content", "must be at most \(Self.maximumContent) bytes of JSON in a search, not \(bytes)")
        }
        content = asked
        if let type = validator.string(members["type"], "/type"), type != "search" {
            filter.kind = MemoryDefinition.Kind(rawValue: type)
            if filter.kind == nil { validator.fail("/type", "must be search, episodic or semantic") }
        }
        limit = validator.integer(members["limit"], "/limit", in: 1...100) ?? limit
        if let filters = validator.object(members["filter"], "/filter") {
            let kind = filter.kind
            filter = MemoryFilter(filters, at: "/filter", &validator)
            filter.kind = filter.kind ?? kind
        }
        if let weights = validator.object(members["weights"], "/weights") {
            validator.known(weights, Weights.members, at: "/weights")
            func weight(_ name: String, _ known: Double) -> Double {
                validator.number(weights[name], JSONPointer("/weights").appending(name), in: 0...1_000) ?? known
            }
            self.weights.relevance = weight("relevance", self.weights.relevance)
            self.weights.recency = weight("recency", self.weights.recency)
            self.weights.importance = weight("importance", self.weights.importance)
            self.weights.use = weight("use", self.weights.use)
        }
        halfLife = validator.number(members["half_life"], "/half_life", in: 1...3.2e9) ?? halfLife
        diversity = validator.number(members["diversity"], "/diversity", in: 0...1) ?? diversity
        neighbours = validator.integer(members["neighbours"], "/neighbours", in: 0...5) ?? neighbours
        try validator.finish()
        warnings = ["importance", "context"].filter { members[$0] ?? .null != .null }.map {
            .init(
                JSONPointer.root.appending($0),
                "is passed over in a search: filter says which memories are looked at"
            )
        }
    }
}
