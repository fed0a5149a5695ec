package import Memory
package import NovaAPI
package import NovaContract
package import NovaStore

/// Reading of memories by their ids and in the order in which they were stored.
///
/// Storing, changing and searching are commands.
package struct MemoryRoutes: Sendable {
    package let store: Store

    private static let read = Permission(.read, area: "memory")
    private static let path = "/api/orchestration/memory"
    private static let page =
        "A page ends after 8 MiB of JSON text, and may be short though more follow: go by `next_cursor`."

    var all: [Route] {
        [
            .query(
                Self.path,
                needs: Self.read,
                Self.parameters + [.limit, .cursor],
                as: .list,
                EndpointDocument(
                    "listMemories",
                    tag: "memory",
                    "Memories, the newest first",
                    Self.page,
                    answer: "MemoryList"
                ),
                answer: list
            ),
            .query(
                Self.path + "/{memory_id}",
                needs: Self.read,
                as: .entity,
                EndpointDocument(
                    "getMemory",
                    tag: "memory",
                    "A memory",
                    "Its version is also in `ETag`.",
                    answer: "Memory"
                ),
                answer: get
            ),
        ]
    }

    private static let parameters = [
        QueryParameter(
            "kind",
            .choice(MemoryDefinition.Kind.allCases.map(\.rawValue)),
            "`episodic` or `semantic`."
        ),
        QueryParameter("from", .time, "Not before this time."), QueryParameter("to", .time, "Before this time."),
        QueryParameter("min_importance", .number(0...1), "At least so important."),
        QueryParameter("conversation", .id, "Its `context.conversation`."),
        QueryParameter("agent_id", .id, "Its `context.agent_id`."),
        QueryParameter("task_id", .id, "Its `context.task_id`."),
        QueryParameter(
            "tags",
            .text(MemoryDefinition.maximumTags * 201),
            most: MemoryDefinition.maximumTags,
            "Tags that must all be there: the parameter once for each, each taken whole. Given once with commas in it, it is "
                + "a tag with commas or, as older clients write it, a list of tags that must all be there."
        ),
        QueryParameter(
            "archived",
            .choice(["false", "true", "any"]),
            standard: "false",
            "`true`: only archived ones; `any`: those too."
        ),
    ]

    private func list(_ query: Query) async throws -> Answer {
        let space = store.memory(owner: query.owner, domain: query.domain)
        let filters = try Self.filters(query.items)
        let isArchived = Self.isArchived(query.items)
        let now = Timestamp.milliseconds()
        let (cursor, limit) = try query.items.page()
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
            query.call,
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
    package static func filters(_ query: QueryItems) throws(NovaError) -> [MemoryFilter] {
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

    private func get(_ query: Query) async throws -> Answer {
        let space = store.memory(owner: query.owner, domain: query.domain)
        let id = try query.call.entity("memory_id")
        guard let memory = try await space.get(id), !memory.isExpired(at: Timestamp.milliseconds()) else {
            throw NovaError(.resourceNotFound, "there is no memory \(id) in the domain \(space.domain)")
        }
        var members = memory.json
        members["orchestration"] = ["version": JSONValue(memory.version)]
        members["confidence"] = 1
        members["confidence_basis"] = .string("it is what was stored, as of its version \(memory.version)")
        members["timestamp"] = .string(Timestamp.string())
        return try .entity("the memory \(id)", .object(members), version: memory.version, query.call)
    }
}
