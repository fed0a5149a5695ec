import GRDB
import Memory
import NovaContract

/// A memory with what is looked for of it.
struct IndexedMemory: Sendable {
    /// Without its content, which may be large and is not needed any more.
    let record: MemoryRecord
    private let terms: Analyzer.Terms
    let vector: [Float]?

    init(_ record: MemoryRecord, _ analyzer: Analyzer, vector: [Float]?) {
        terms = analyzer.analyze(record.definition.content)
        self.record = record.withoutContent
        self.vector = vector
    }

    /// About what it holds.
    var bytes: Int {
        (terms.words + terms.beside).reduce(200) { $0 + $1.utf8.count + 16 } + 4 * (vector?.count ?? 0)
    }

    /// Words of a text whose language is not known.
    var unstemmed: Set<String> { terms.unstemmed }

    /// Puts it in the place of what was there, whose sequence it returns.
    func put(_ database: Database, _ totals: inout ReplicaTotals) throws -> Int64? {
        let before = try Self.remove(record.id, database, &totals)
        let definition = record.definition
        let (text, language) = (terms.text, terms.language?.rawValue ?? "")
        try database.cachedStatement(sql: Self.insertion).execute(
            arguments: [
                record.sequence, record.expiresAt, definition.kind.rawValue, record.time, definition.importance,
                definition.conversation, definition.agentID, definition.taskID, terms.length, record.id,
                language, definition.tags.isEmpty ? "[]" : JSONValue(definition.tags).jsonString, text,
                record.updatedAt, record.use.count, record.use.time,
            ]
        )
        try database.cachedStatement(sql: "INSERT INTO words (rowid, terms) VALUES (?, ?)")
            .execute(arguments: [record.sequence, text])
        totals.add(1, terms.length, language)
        return before
    }

    private static let insertion = """
        INSERT INTO memories (sequence, expires, kind, time, importance, conversation, agent, task, length, id, language,
            tags, terms, updated, uses, used) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// Returns the sequence that it had.
    static func remove(_ id: String, _ database: Database, _ totals: inout ReplicaTotals) throws -> Int64? {
        let known = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT sequence, terms, language, length FROM memories WHERE id = ?"),
            arguments: [id]
        )
        guard let known else { return nil }
        let (sequence, terms): (Int64, String) = (known["sequence"], known["terms"])
        // An index of another table's content is told what was in it.
        try database.cachedStatement(sql: "INSERT INTO words (words, rowid, terms) VALUES ('delete', ?, ?)")
            .execute(arguments: [sequence, terms])
        try database.cachedStatement(sql: "DELETE FROM memories WHERE sequence = ?").execute(arguments: [sequence])
        totals.add(-1, -(known["length"] as Int), known["language"])
        return sequence
    }
}

/// What is added to the totals by several changes.
struct ReplicaTotals {
    private var memories = 0
    private var length = 0
    private var languages: [String: Int] = [:]

    mutating func add(_ memories: Int, _ length: Int, _ language: String) {
        self.memories += memories
        self.length += length
        languages[language, default: 0] += memories
    }

    func write(_ database: Database) throws {
        try database.cachedStatement(sql: "UPDATE totals SET memories = memories + ?, length = length + ?")
            .execute(arguments: [memories, length])
        for (language, memories) in languages where memories != 0 {
            try database.cachedStatement(
                sql: """
                    INSERT INTO languages VALUES (?, ?)
                    ON CONFLICT (language) DO UPDATE SET memories = memories + excluded.memories
                    """
            ).execute(arguments: [language, memories])
        }
    }
}
