import Foundation
package import NovaContract

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
    /// Milliseconds since 1970; nil: it is not in the archive.
    package let archivedAt: Int64?
    package let use: Use
    /// What Nova noted when it made it of others; nil: a client stored it.
    ///
    /// Kept apart from `context.consolidation`, which is a copy
    /// for clients, and may be written by them.
    package let consolidation: JSONValue?

    /// How often it was of use.
    package struct Use: Sendable, Equatable {
        /// Uses, each of which counts half after `halfLife`; as of `time`.
        package let count: Double
        /// Of the last one: milliseconds since 1970.
        package let time: Int64

        /// Seconds.
        package static let halfLife = 30.0 * 86_400
        package static let none = Use(count: 0, time: 0)

        package init(count: Double, time: Int64) {
            self.count = count
            self.time = time
        }

        /// 0…1: none, one just now is 0.5, two 0.75.
        package func worth(at now: Int64) -> Double {
            let age = max(0, (Double(now) - Double(time)) / 1_000)
            return 1 - exp2(-count * exp2(-age / Self.halfLife))
        }
    }

    package init(
        id: String,
        definition: MemoryDefinition,
        domain: String,
        version: Int,
        sequence: Int64,
        createdAt: Int64,
        updatedAt: Int64,
        expiresAt: Int64?,
        archivedAt: Int64? = nil,
        use: Use = .none,
        consolidation: JSONValue? = nil
    ) {
        self.id = id
        self.definition = definition
        self.domain = domain
        self.version = version
        self.sequence = sequence
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.expiresAt = expiresAt
        self.archivedAt = archivedAt
        self.use = use
        self.consolidation = consolidation
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
            expiresAt: expiresAt,
            archivedAt: archivedAt,
            use: use
        )
    }

    package func isExpired(at now: Int64) -> Bool { expiresAt.map { $0 <= now } ?? false }

    /// As clients read it.
    package var json: JSONObject {
        var members = definition.json
        members["memory_id"] = .string(id)
        members["domain"] = .string(domain)
        members["version"] = JSONValue(version)
        members["time"] = .string(Timestamp.string(milliseconds: time))
        members["created_at"] = .string(Timestamp.string(milliseconds: createdAt))
        members["updated_at"] = .string(Timestamp.string(milliseconds: updatedAt))
        members["expires_at"] = JSONValue(expiresAt.map { Timestamp.string(milliseconds: $0) })
        members["archived_at"] = JSONValue(archivedAt.map { Timestamp.string(milliseconds: $0) })
        members["used_at"] = use.time > 0 ? .string(Timestamp.string(milliseconds: use.time)) : .null
        return members
    }
}
