/// A memory as it is kept.
package struct MemoryRecord: Sendable, Equatable {
    package let id: String
    package let definition: MemoryDefinition
    package let domain: String
    package let version: Int
    /// The place in the order in which the domain's memories were stored.
    package let sequence: Int64
    /// Milliseconds since 1970.
    package let createdAt: Int64
    package let updatedAt: Int64
    /// Milliseconds since 1970; nil: never.
    package let expiresAt: Int64?

    package init(
        id: String,
        definition: MemoryDefinition,
        domain: String,
        version: Int,
        sequence: Int64,
        createdAt: Int64,
        updatedAt: Int64,
        expiresAt: Int64?
    ) {
        self.id = id
        self.definition = definition
        self.domain = domain
        self.version = version
        self.sequence = sequence
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.expiresAt = expiresAt
    }

    /// When it happened: milliseconds since 1970.
    package var time: Int64 { definition.time ?? createdAt }

    package var withoutContent: MemoryRecord {
        var bare = definition
        bare.content = [:]
        return MemoryRecord(
            id: id,
            definition: bare,
            domain: domain,
            version: version,
            sequence: sequence,
            createdAt: createdAt,
            updatedAt: updatedAt,
            expiresAt: expiresAt
        )
    }

    package func isExpired(at now: Int64) -> Bool { expiresAt.map { $0 <= now } ?? false }

    /// As clients read it.
    package var json: [String: JSONValue] {
        var members = definition.json
        members["memory_id"] = .string(id)
        members["domain"] = .string(domain)
        members["version"] = JSONValue(version)
        members["time"] = .string(Timestamp.string(milliseconds: time))
        members["created_at"] = .string(Timestamp.string(milliseconds: createdAt))
        members["updated_at"] = .string(Timestamp.string(milliseconds: updatedAt))
        members["expires_at"] = JSONValue(expiresAt.map { Timestamp.string(milliseconds: $0) })
        return members
    }
}
