import HTTPTypes
import NovaContract
import NovaStore

/// Reading of memories by their ids and in the order in which they were stored.
///
/// Storing, changing and searching are commands.
struct MemoryRoutes: Sendable {
    let store: Store

    static let parameters = [
        QueryParameter("kind", .choice(MemoryDefinition.Kind.allCases.map(\.rawValue))),
        QueryParameter("from", .time), QueryParameter("to", .time), QueryParameter("min_importance", .number(0...1)),
        QueryParameter("conversation", .id), QueryParameter("agent_id", .id), QueryParameter("task_id", .id),
        // Of an older client all in one, with commas between them.
        QueryParameter("tags", .text(MemoryDefinition.maximumTags * 201), most: MemoryDefinition.maximumTags),
        QueryParameter("archived", .choice(["false", "true", "any"]), standard: "false"),
    ]

    private func asked(_ call: Call) throws -> MemorySpace {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "memory"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        return store.memory(owner: key.owner, domain: domain)
    }

    func list(_ call: Call) async throws -> Answer {
        let space = try asked(call)
        let query = call.facts.query
        let filters = try Self.filters(query)
        let isArchived = Self.isArchived(query)
        let now = Timestamp.milliseconds()
        let (cursor, limit) = try JobRoutes.page(query)
        let page = try await space.list(cursor: cursor, limit: limit) { record in
            !record.isExpired(at: now) && (isArchived.map { $0 == (record.archivedAt != nil) } ?? true)
                && filters.contains { $0.accepts(record) }
        }
        let embedding = try await space.embedding()
        let counts = try await space.counts()
        return .page(
            "memories",
            page.elements.map { .object($0.json) },
            next: page.next,
            call,
            more: [
                "total": JSONValue(counts.all), "archived": JSONValue(counts.archived),
                "not_consolidated": JSONValue(counts.raw),
                "embedding": embedding.map {
                    ["model": .string($0.model), "pending": JSONValue($0.pending), "put_aside": JSONValue($0.aside)]
                } ?? .null,
            ]
        )
    }

    /// The members of a search's filter; a memory is listed that one of them accepts.
    ///
    /// Several `tags` must all be there, each taken whole. One with commas in it is a tag, or, as older clients write it, a
    /// list of tags that must all be there.
    static func filters(_ query: QueryItems) throws(NovaError) -> [MemoryFilter] {
        var members = JSONObject()
        for name in ["kind", "conversation", "agent_id", "task_id"] {
            members[name] = query[name].map { .string($0) }
        }
        for name in ["from", "to"] { members[name] = query.time(name).map { .string($0) } }
        members["min_importance"] = query["min_importance"].flatMap { Double($0) }.map { .number($0) }
        let tags = query.values("tags")
        var filters = [try filter(members, tags)]
        if tags.count == 1, tags[0].utf8.contains(UInt8(ascii: ",")) {
            let listed = tags[0].split(separator: ",").map(String.init)
            // Of nothing but commas there is no list.
            if !listed.isEmpty { filters.append(try filter(members, listed)) }
        }
        return filters
    }

    private static func filter(_ members: JSONObject, _ tags: [String]) throws(NovaError) -> MemoryFilter {
        var validator = Validator()
        var filter = MemoryFilter(members, at: .root, &validator)
        filter.tags = tags
        if tags.count > MemoryDefinition.maximumTags {
            validator.fail("/tags", "must be at most \(MemoryDefinition.maximumTags)")
        }
        try validator.finish()
        return filter
    }

    /// Nil where both are asked for; without `archived` those that are not.
    private static func isArchived(_ query: QueryItems) -> Bool? {
        switch query["archived"] {
        case "true": true
        case "any": nil
        default: false
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
        return try .entity("the memory \(id)", .object(members), version: memory.version, call)
    }
}
