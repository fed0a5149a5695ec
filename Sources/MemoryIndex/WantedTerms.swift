import GRDB
import Memory
import NovaContract

/// What a query asks of a replica: its words as the terms that some memory has, and how many have each.
struct WantedTerms {
    private(set) var wanted: [Analyzer.Wanted]
    private var frequencies: [String: Int] = [:]
    /// How the index is asked for two words that stand for one.
    private var divisions: [String: String] = [:]

    /// Words that are looked for in two words as well, and memories that may have these: more, and they are no such word.
    private static let mostDivided = 8
    private static let mostWithDivision = 200
    /// Terms that are counted for one query.
    private static let mostTerms = 2_000

    init(_ content: JSONObject, _ database: Database) throws {
        var languages: [Language: Int] = [:]
        var areAllKnown = true
        for row in try Row.fetchAll(database, sql: "SELECT language, memories FROM languages WHERE memories > 0") {
            if let language = Language(rawValue: row["language"]) {
                languages[language] = row["memories"]
            } else {
                areAllKnown = false
            }
        }
        let texts = Analyzer.Texts(languages: languages) { stem in
            areAllKnown ? [] : try Self.spellings(stem, database)
        }
        wanted = try Analyzer().wanted(.object(content), in: texts)
        for term in wanted.flatMap(\.terms) where frequencies.count < Self.mostTerms && frequencies[term] == nil {
            frequencies[term] = try Self.frequency(term, database)
        }
        let counted = frequencies
        wanted = wanted.map { $0.settled { counted[$0] ?? 0 } }
        let whole = wanted.indices.filter { !wanted[$0].divisions.isEmpty }
        for index in whole.prefix(Self.mostDivided) { try divide(index, database) }
    }

    func frequency(_ term: String) -> Int { frequencies[term] ?? 0 }

    /// As FTS5 reads it.
    func expression(_ term: String) -> String { divisions[term] ?? "\"\(term)\"" }

    private mutating func divide(_ index: Int, _ database: Database) throws {
        for division in wanted[index].divisions {
            func any(_ terms: [String]) -> String { "(" + terms.map { "\"\($0)\"" }.joined(separator: " OR ") + ")" }
            let expression = "(\(any(division.left)) AND \(any(division.right)))"
            let count = try Int.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT \(Self.mostWithDivision + 1))
                        """
                ),
                arguments: [expression]
            )
            guard let count, (1...Self.mostWithDivision).contains(count) else { continue }
            frequencies[division.term] = count
            divisions[division.term] = expression
            wanted[index].alternatives.append(division.term)
        }
    }

    private static func frequency(_ term: String, _ database: Database) throws -> Int {
        try Int.fetchOne(
            database.cachedStatement(sql: "SELECT doc FROM vocabulary WHERE term = ?"),
            arguments: [term]
        ) ?? 0
    }

    private static func spellings(_ stem: String, _ database: Database) throws -> [Analyzer.Spelling] {
        try Row.fetchAll(
            database.cachedStatement(sql: "SELECT word, languages FROM spellings WHERE stem = ? LIMIT 50"),
            arguments: [stem]
        ).map { Analyzer.Spelling(word: $0["word"], languages: LanguageSet(rawValue: $0["languages"])) }
    }
}
