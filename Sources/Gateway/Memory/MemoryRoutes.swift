import HTTPTypes
import NovaContract
import NovaStore

/// Reading of memories by their ids and in the order in which they were stored.
///
/// Storing, changing and searching are commands.
struct MemoryRoutes: Sendable {
    let store: Store

    private func asked(_ call: Call) throws -> MemorySpace {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "memory"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        return store.memory(owner: key.owner, domain: domain)
    }

    func list(_ call: Call) async throws -> Answer {
        let space = try asked(call)
        let query = call.facts.query
        let filter = try Self.filter(query)
        let isArchived = try Self.isArchived(query)
        let now = Timestamp.milliseconds()
        let (cursor, limit) = try JobRoutes.page(query)
        let page = try await space.list(cursor: cursor, limit: limit) { record in
            !record.isExpired(at: now) && (isArchived.map { $0 == (record.archivedAt != nil) } ?? true)
                && filter.accepts(record)
        }
        let embedding = try await space.embedding()
        let counts = try await space.counts()
        return .json([
            "memories": .array(page.elements.map { .object($0.json) }), "next_cursor": JSONValue(page.next?.text),
            "total": JSONValue(counts.all), "archived": JSONValue(counts.archived),
            "not_consolidated": JSONValue(counts.raw),
            "embedding": embedding.map { ["model": .string($0.model), "pending": JSONValue($0.pending)] } ?? .null,
            "timestamp": .string(Timestamp.string()),
        ])
    }

    /// The members of a search's filter; `tags` separated by commas.
    private static func filter(_ query: QueryItems) throws(NovaError) -> MemoryFilter {
        var members: JSONObject = [:]
        for name in ["kind", "from", "to", "conversation", "agent_id", "task_id"] {
            members[name] = query[name].map { .string($0) }
        }
        members["tags"] = query["tags"].map { JSONValue($0.split(separator: ",").map(String.init)) }
        var validator = Validator()
        if let text = query["min_importance"] {
            members["min_importance"] = Double(text).map { .number($0) } ?? .string(text)
        }
        let filter = MemoryFilter(members, at: .root, &validator)
        try validator.finish()
        return filter
    }

    /// Nil where both are asked for; without `archived` those that are not.
    private static func isArchived(_ query: QueryItems) throws(NovaError) -> Bool? {
        switch query["archived"] {
        case nil, "false": return false
        case "true": return true
        case "any": return nil
        case .some(let other):
            let fault = "must be true, false or any, not \"\(other.prefix(40))\""
            throw NovaError(.validationError, "archived \(fault)", details: [.init("/archived", fault)])
        }
    }

    func get(_ call: Call) async throws -> Answer {
        let space = try asked(call)
        let id = try call.entity("memory_id")
        guard let memory = try await space.get(id), !memory.isExpired(at: Timestamp.milliseconds()) else {
            throw NovaError(.resourceNotFound, "there is no memory \(id) in the domain \(space.domain)")
        }
        var members = memory.json
        members["orchestration"] = ["version": JSONValue(memory.version)]
        members["confidence"] = 1
        members["confidence_basis"] = .string("it is what was stored, as of its version \(memory.version)")
        members["timestamp"] = .string(Timestamp.string())
        var answer = Answer.json(.object(members))
        answer.headers[.eTag] = "\"\(memory.version)\""
        return answer
    }
}
