package import NovaContract

/// What is kept of one memory, as whoever stores it says.
package struct MemoryDefinition: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Something that happened.
        case episodic
        /// Something that is so: a fact, a summary.
        case semantic
    }

    package var kind = Kind.episodic
    /// Any object that is not empty.
    package var content: JSONValue
    /// 0…1.
    package var importance = 0.5
    /// Where it belongs: `conversation`, `agent_id`, `task_id`, `references` and whatever else.
    package var context: JSONValue = [:]
    package var tags: [String] = []
    /// Milliseconds since 1970 at which it happened; nil: when it was stored.
    package var time: Int64?

    /// What a client may say of it; `domain` is read where the request is let in.
    package static let members = ["type", "content", "importance", "context", "tags", "time", "domain"]
    /// What of `context` says something to Nova; the rest is kept as it is.
    ///
    /// `consolidation` is what Nova tells of its own
    /// memories: it is kept where a client sends it, as a copy from another place has it, and nothing is read from it.
    static let contextMembers = ["conversation", "agent_id", "task_id", "references", "consolidation"]
    package static let maximumTags = 50
    package static let maximumReferences = 100
    /// Bytes of the content as JSON.
    package static let maximumContent = 1 << 20

    package init(content: JSONValue) { self.content = content }

    package var conversation: String? { context["conversation"]?.stringValue }
    package var agentID: String? { context["agent_id"]?.stringValue }
    package var taskID: String? { context["task_id"]?.stringValue }
    /// Other memories of the same domain that it is about.
    package var references: [String] { context["references"]?.arrayValue?.compactMap(\.stringValue) ?? [] }

    /// As it is kept, and shown.
    package var json: JSONObject {
        [
            "type": .string(kind.rawValue), "content": content, "importance": JSONValue(importance),
            "context": context, "tags": JSONValue(tags),
            "time": JSONValue(time.map { Timestamp.string(milliseconds: $0) }),
        ]
    }

    /// As it was kept; what is wrong there is the default.
    package init(kept: JSONValue) {
        self.init(content: kept["content"] ?? [:])
        kind = kept["type"]?.stringValue.flatMap(Kind.init) ?? .episodic
        importance = kept["importance"]?.doubleValue ?? 0.5
        context = kept["context"] ?? [:]
        tags = kept["tags"]?.arrayValue?.compactMap(\.stringValue) ?? []
        time = kept["time"]?.stringValue.flatMap(Timestamp.milliseconds(parsing:))
    }
}

// MARK: - Reading

extension MemoryDefinition {
    /// Reads the members that are there over those of `self`.
    mutating func read(_ members: JSONObject, at pointer: JSONPointer, _ validator: inout Validator) {
        func place(_ name: String) -> JSONPointer { pointer.appending(name) }
        if let type = validator.string(members["type"], place("type")) {
            switch type {
            // Of older clients.
            case "store": break
            default:
                if let kind = Kind(rawValue: type) {
                    self.kind = kind
                } else {
                    validator.fail(place("type"), "must be episodic or semantic, not \"\(type)\"")
                }
            }
        }
        if let content = validator.object(members["content"], place("content")) {
            self.content = .object(content)
            if content.isEmpty { validator.fail(place("content"), "must not be empty") }
            if self.content.jsonBytes.count > Self.maximumContent {
                validator.fail(place("content"), "must be at most \(Self.maximumContent) bytes of JSON")
            }
        }
        importance = validator.number(members["importance"], place("importance"), in: 0...1) ?? importance
        tags = validator.tags(members["tags"], place("tags")) ?? tags
        time = validator.time(members["time"], place("time")) ?? time
        if let context = validator.object(members["context"], place("context")) {
            self.context = .object(context)
            Self.check(context, at: place("context"), &validator)
        }
    }

    private static func check(_ context: JSONObject, at pointer: JSONPointer, _ validator: inout Validator) {
        validator.understood(context, contextMembers, at: pointer)
        for name in ["conversation", "agent_id", "task_id"] { _ = validator.id(context[name], pointer.appending(name)) }
        let place = pointer.appending("references")
        guard let given = validator.array(context["references"], place) else { return }
        guard given.count <= maximumReferences else {
            return validator.fail(place, "must be at most \(maximumReferences), not \(given.count)")
        }
        _ = validator.strings(.array(given), place, length: 1...EntityID.maximumBytes)
    }
}

extension Validator {
    /// An RFC 3339 time, as milliseconds since 1970.
    mutating func time(_ value: JSONValue?, _ pointer: JSONPointer) -> Int64? {
        guard let text = string(value, pointer) else { return nil }
        let time = Timestamp.milliseconds(parsing: text)
        if time == nil { fail(pointer, "must be a time such as 2026-01-31T12:00:00Z") }
        return time
    }

    /// At most `MemoryDefinition.maximumTags` names.
    mutating func tags(_ value: JSONValue?, _ pointer: JSONPointer) -> [String]? {
        guard let given = array(value, pointer) else { return nil }
        guard given.count <= MemoryDefinition.maximumTags else {
            fail(pointer, "must be at most \(MemoryDefinition.maximumTags), not \(given.count)")
            return nil
        }
        return given.enumerated().compactMap { index, tag in
            required(tag, pointer.appending(index)) { $0.name($1, $2) }
        }
    }
}

/// Memories that are stored together, all or none: the body of POST `/memory/store`, or of POST `/memory/batch`.
package struct NewMemories: Sendable {
    package struct New: Sendable {
        package let id: String
        package let definition: MemoryDefinition
        /// Seconds; nil: for good.
        package let ttl: Double?
        /// Milliseconds since 1970, in the place of `ttl`.
        package let expiresAt: Int64?
        /// Whether it goes into the archive at once, as one that came from there.
        package let isArchived: Bool
        package let pointer: JSONPointer
    }

    package static let maximumMemories = 500
    /// What a client may say of one memory.
    package static let members = MemoryDefinition.members + ["memory_id", "ttl", "expires_at", "archived"]

    package let memories: [New]
    /// What was not understood, and is kept or passed over all the same.
    package let warnings: [NovaError.Detail]

    package init(memoryID id: String, body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        memories = [Self.read(body, id: id, at: .root, &validator)].compactMap(\.self)
        warnings = validator.warnings
        try validator.finish()
    }

    /// `memories[]` of a batch; one without a `memory_id` is named after the batch and its place in it.
    package init(batchID id: String, body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        var validator = Validator(source)
        if case .object(let members) = body { validator.known(members, ["memories", "domain"], at: .root) }
        let given = validator.required(body["memories"], "/memories") { $0.array($1, $2) } ?? []
        if body["memories"]?.arrayValue?.isEmpty == true {
            validator.fail("/memories", "must have at least one memory")
        }
        if given.count > Self.maximumMemories {
            validator.fail("/memories", "must be at most \(Self.maximumMemories), not \(given.count)")
        }
        memories = given.prefix(Self.maximumMemories).enumerated().compactMap { index, element in
            Self.read(element, id: "\(id).\(index + 1)", at: JSONPointer("/memories").appending(index), &validator)
        }
        var known: Set<String> = []
        for memory in memories where !known.insert(memory.id).inserted {
            validator.fail(memory.pointer.appending("memory_id"), "\"\(memory.id)\" is there twice")
        }
        warnings = validator.warnings
        try validator.finish()
    }

    private static func read(
        _ value: JSONValue,
        id: String,
        at pointer: JSONPointer,
        _ validator: inout Validator
    ) -> New? {
        guard case .object(let members) = value else {
            validator.fail(pointer, "must be an object with content, not \(value.kindName)")
            return nil
        }
        validator.known(members, Self.members, at: pointer)
        let named = validator.id(members["memory_id"], pointer.appending("memory_id"), of: "memory")
        if members["content"] ?? .null == .null { validator.fail(pointer.appending("content"), "is required") }
        var definition = MemoryDefinition(content: [:])
        definition.read(members, at: pointer, &validator)
        let ttl = validator.number(members["ttl"], pointer.appending("ttl"), in: 1...Validator.maximumSeconds)
        let expiresAt = validator.time(members["expires_at"], pointer.appending("expires_at"))
        let isArchived = validator.boolean(members["archived"], pointer.appending("archived")) ?? false
        return New(
            id: named ?? id,
            definition: definition,
            ttl: expiresAt == nil ? ttl : nil,
            expiresAt: expiresAt,
            isArchived: isArchived,
            pointer: pointer
        )
    }
}

/// What is changed of a memory: the body of PUT `/memory/{memory_id}`, its members over those that are kept.
package struct MemoryChange: Sendable {
    package let id: String
    private let members: JSONObject
    /// Seconds from now; nil: as it is.
    package let ttl: Double?
    /// Whether it happened when it was stored, from now on.
    private var forgetsTime = false
    /// What was not understood, and is kept all the same.
    package let warnings: [NovaError.Detail]

    /// What a client may say of a change.
    package static let names = MemoryDefinition.members + ["memory_id", "ttl"]

    package init(memoryID id: String, body: JSONValue, source: Validator.Source = .record) throws(NovaError) {
        guard case .object(let members) = body else { throw .notAnObject(body) }
        var validator = Validator(source)
        validator.known(members, Self.names, at: .root)
        if let named = validator.string(members["memory_id"], "/memory_id"), named != id {
            validator.fail("/memory_id", "must be \"\(id)\" as in the path, not \"\(named)\"")
        }
        var definition = MemoryDefinition(content: [:])
        definition.read(members, at: .root, &validator)
        ttl = validator.number(members["ttl"], "/ttl", in: 1...Validator.maximumSeconds)
        warnings = validator.warnings
        self.id = id
        self.members = members
        try validator.finish()
    }

    /// What a merge patch (RFC 7396) makes of a memory.
    package init(memoryID id: String, patch: JSONValue, of known: MemoryDefinition) throws(NovaError) {
        try Self.check(patch: patch)
        try self.init(memoryID: id, body: try known.body(patch: patch))
        forgetsTime = patch["time"] == .null
    }

    /// - Throws: `VALIDATION_ERROR` for what no patch can take out, though a member that is `null` is no member in a body.
    package static func check(patch: JSONValue) throws(NovaError) {
        guard patch["ttl"] == .null else { return }
        let fault = "cannot be taken away: a memory that is stored anew without it is kept for good"
        throw NovaError(.validationError, "/ttl: \(fault)", details: [.init("/ttl", fault)])
    }

    package func applied(to known: MemoryDefinition) -> MemoryDefinition {
        var changed = known
        // Read before without a fault.
        var validator = Validator()
        changed.read(members, at: .root, &validator)
        if forgetsTime { changed.time = nil }
        return changed
    }
}

extension MemoryDefinition {
    /// The body of PUT `/memory/{memory_id}` that does what a merge patch asks for; `time` may be `null` in it, which is
    /// when it was stored.
    package func body(patch: JSONValue) throws(NovaError) -> JSONValue {
        try JSONValue.object(json).partial(patch: patch, defaults: .object(MemoryDefinition(content: [:]).json))
    }
}
