import GRDB
import Memory
import NovaContract

/// A memory with what is looked for of it.
struct IndexedMemory: Sendable {
    let record: MemoryRecord
    let terms: Analyzer.Terms

    // MARK: - In the tables

    /// Puts it in the place of what was there.
    func put(_ database: Database) throws {
        try Self.remove(record.id, database)
        let definition = record.definition
        let text = terms.terms.joined(separator: " ")
        try database.cachedStatement(sql: Self.insertion).execute(
            arguments: [
                record.sequence, record.id, JSONValue.object(definition.json).jsonString, record.version,
                record.createdAt, record.updatedAt, record.expiresAt, definition.kind.rawValue, record.time,
                definition.importance, definition.conversation, definition.agentID, definition.taskID,
                JSONValue(definition.tags).jsonString, terms.language.rawValue, terms.length, text,
            ]
        )
        try database.cachedStatement(sql: "INSERT INTO words (rowid, terms) VALUES (?, ?)")
            .execute(arguments: [record.sequence, text])
        try Self.count(1, terms.length, terms.language.rawValue, database)
    }

    private static let insertion = """
        INSERT INTO memories (sequence, id, doc, version, created, updated, expires, kind, time, importance, conversation,
            agent, task, tags, language, length, terms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    static func remove(_ id: String, _ database: Database) throws {
        let known = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT sequence, terms, language, length FROM memories WHERE id = ?"),
            arguments: [id]
        )
        guard let known else { return }
        let (sequence, terms): (Int64, String) = (known["sequence"], known["terms"])
        // An index of another table's content is told what was in it.
        try database.cachedStatement(sql: "INSERT INTO words (words, rowid, terms) VALUES ('delete', ?, ?)")
            .execute(arguments: [sequence, terms])
        try database.cachedStatement(sql: "DELETE FROM memories WHERE sequence = ?").execute(arguments: [sequence])
        try count(-1, -(known["length"] as Int), known["language"], database)
    }

    private static func count(_ memories: Int, _ length: Int, _ language: String, _ database: Database) throws {
        try database.cachedStatement(sql: "UPDATE totals SET memories = memories + ?, length = length + ?")
            .execute(arguments: [memories, length])
        try database.cachedStatement(
            sql: """
                INSERT INTO languages VALUES (?, ?)
                ON CONFLICT (language) DO UPDATE SET memories = memories + excluded.memories
                """
        ).execute(arguments: [language, memories])
    }
}

extension MemoryRecord {
    /// From a row with these columns.
    static let columns = "sequence, id, doc, version, created, updated, expires"

    init(_ row: Row, domain: String) throws {
        let doc: String = row["doc"]
        self.init(
            id: row["id"],
            definition: MemoryDefinition(kept: try JSONValue(parsing: doc)),
            domain: domain,
            version: row["version"],
            sequence: row["sequence"],
            createdAt: row["created"],
            updatedAt: row["updated"],
            expiresAt: row["expires"]
        )
    }
}
