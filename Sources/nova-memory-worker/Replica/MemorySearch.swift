import GRDB
import Memory
import NovaContract

/// One search in a replica that is current.
struct MemorySearch {
    struct Match: Sendable {
        let record: MemoryRecord
        let ranked: Ranking.Ranked
        let lexical: LexicalScore.Score
        /// Of its conversation, in their order.
        let before: [MemoryRecord]
        let after: [MemoryRecord]
    }

    struct Found: Sendable {
        let matches: [Match]
        /// Memories of the domain, and those that were looked at closer.
        let memories: Int
        let candidates: Int
        let words: [String]
    }

    private struct Candidate {
        let sequence: Int64
        let id: String
        let conversation: String?
        let time: Int64
        let importance: Double
        let terms: Set<String>
        let score: LexicalScore.Score
        /// With what its neighbours bring.
        var lexical: Double
    }

    /// Found by the index, and then weighed one by one.
    private static let mostCandidates = 300
    /// What a memory has of the score of the one before and the one after: in a conversation the answer often stands beside
    /// the words that were asked for.
    private static let neighbourShare = 0.4
    /// In a large domain, words that are in more than this share of it are weighed and not looked for.
    private static let commonShare = 0.1
    private static let largeDomain = 5_000

    let query: MemoryQuery
    let domain: String
    /// Milliseconds since 1970.
    let now: Int64

    func run(_ database: Database) throws -> Found {
        let totals = try Row.fetchOne(database, sql: "SELECT memories, length FROM totals")
        let (count, length): (Int, Int) = (totals?["memories"] ?? 0, totals?["length"] ?? 0)
        let languages = try String.fetchAll(database, sql: "SELECT language FROM languages WHERE memories > 0")
        let wanted = Analyzer().wanted(
            .object(query.content),
            languages: Set(languages.compactMap(Language.init(rawValue:)))
        )
        var frequencies: [String: Int] = [:]
        let score = try LexicalScore(
            wanted,
            documents: count,
            averageLength: Double(length) / Double(max(1, count))
        ) { term in
            let found = try frequencies[term] ?? Self.frequency(term, database)
            frequencies[term] = found
            return found
        }
        var candidates = try find(wanted, frequencies, count, score, database)
        try addNeighbours(&candidates, score, wanted, database)
        let ranked = Ranking(query, now: now).rank(
            candidates.values.map {
                Ranking.Candidate(
                    id: $0.id,
                    lexical: $0.lexical,
                    semantic: nil,
                    time: $0.time,
                    importance: $0.importance,
                    terms: $0.terms
                )
            }
        )
        let byID = Dictionary(candidates.values.map { ($0.id, $0) }) { first, _ in first }
        return Found(
            matches: try ranked.compactMap { try match($0, byID[$0.candidate.id], database) },
            memories: count,
            candidates: candidates.count,
            words: wanted.map(\.word)
        )
    }

    private static func frequency(_ term: String, _ database: Database) throws -> Int {
        try Int.fetchOne(
            database.cachedStatement(sql: "SELECT doc FROM vocabulary WHERE term = ?"),
            arguments: [term]
        ) ?? 0
    }

    // MARK: - Candidates

    private func find(
        _ wanted: [Analyzer.Wanted],
        _ frequencies: [String: Int],
        _ count: Int,
        _ score: LexicalScore,
        _ database: Database
    ) throws -> [Int64: Candidate] {
        let terms = Self.looked(for: wanted, frequencies, count)
        guard !terms.isEmpty else { return [:] }
        let (condition, arguments) = filter
        let sql = """
            SELECT m.sequence, m.id, m.conversation, m.time, m.importance, m.length, m.terms
            FROM words JOIN memories m ON m.sequence = words.rowid
            WHERE words MATCH ? AND \(condition) ORDER BY bm25(words) LIMIT \(Self.mostCandidates)
            """
        let match = terms.map { "\"\($0)\"" }.joined(separator: " OR ")
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: sql),
            arguments: StatementArguments([match]) + arguments
        )
        let relevant = Set(wanted.flatMap(\.alternatives))
        return Dictionary(rows.map { (row: Row) in (row["sequence"], Self.candidate(row, score, relevant)) }) { $1 }
    }

    /// Terms that are in some memory, without those that are in very many.
    private static func looked(for wanted: [Analyzer.Wanted], _ frequencies: [String: Int], _ count: Int) -> [String] {
        let known = Set(wanted.flatMap(\.alternatives)).filter { frequencies[$0] ?? 0 > 0 }
            .sorted { (frequencies[$0] ?? 0, $0) < (frequencies[$1] ?? 0, $1) }
        guard count > largeDomain else { return known }
        let rare = known.filter { Double(frequencies[$0] ?? 0) <= commonShare * Double(count) }
        return rare.isEmpty ? Array(known.prefix(2)) : rare
    }

    private static func candidate(_ row: Row, _ score: LexicalScore, _ relevant: Set<String>) -> Candidate {
        let text: String = row["terms"]
        var terms: Set<String> = []
        var counts: [String: Int] = [:]
        for part in text.split(separator: " ") {
            let term = String(part)
            if relevant.contains(term) { counts[term, default: 0] += 1 }
            terms.insert(term)
        }
        let found = score.score(counts, length: row["length"])
        return Candidate(
            sequence: row["sequence"],
            id: row["id"],
            conversation: row["conversation"],
            time: row["time"],
            importance: row["importance"],
            terms: terms,
            score: found,
            lexical: found.value
        )
    }

    /// The filters of the query, and that it is not over.
    private var filter: (String, StatementArguments) {
        var conditions = ["(m.expires IS NULL OR m.expires > ?)"]
        var arguments: StatementArguments = [now]
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        let filter = query.filter
        add("m.kind = ?", filter.kind?.rawValue)
        add("m.time >= ?", filter.from)
        add("m.time < ?", filter.to)
        add("m.importance >= ?", filter.minimumImportance)
        add("m.conversation = ?", filter.conversation)
        add("m.agent = ?", filter.agentID)
        add("m.task = ?", filter.taskID)
        for tag in filter.tags { add("EXISTS (SELECT 1 FROM json_each(m.tags) WHERE value = ?)", tag) }
        return (conditions.joined(separator: " AND "), arguments)
    }

    // MARK: - Neighbours

    private func addNeighbours(
        _ candidates: inout [Int64: Candidate],
        _ score: LexicalScore,
        _ wanted: [Analyzer.Wanted],
        _ database: Database
    ) throws {
        let relevant = Set(wanted.flatMap(\.alternatives))
        for candidate in Array(candidates.values) where candidate.conversation != nil {
            for order in [Order.before, .after] {
                let (condition, arguments) = filter
                guard let row = try neighbours(candidate, order, 1, condition, arguments, database).first else {
                    continue
                }
                let sequence: Int64 = row["sequence"]
                var neighbour = candidates[sequence] ?? Self.candidate(row, score, relevant)
                neighbour.lexical += Self.neighbourShare * candidate.score.value
                candidates[sequence] = neighbour
            }
        }
    }

    private enum Order { case before, after }

    /// The nearest first.
    private func neighbours(
        _ candidate: Candidate,
        _ order: Order,
        _ count: Int,
        _ condition: String,
        _ arguments: StatementArguments,
        _ database: Database
    ) throws -> [Row] {
        let (sign, direction) = order == .before ? ("<", "DESC") : (">", "ASC")
        let sql = """
            SELECT \(MemoryRecord.columns), conversation, time, importance, length, terms FROM memories m
            WHERE m.conversation = ? AND (m.time, m.sequence) \(sign) (?, ?) AND \(condition)
            ORDER BY m.time \(direction), m.sequence \(direction) LIMIT \(count)
            """
        let place: StatementArguments = [candidate.conversation, candidate.time, candidate.sequence]
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: place + arguments)
    }

    // MARK: - Matches

    private func match(_ ranked: Ranking.Ranked, _ candidate: Candidate?, _ database: Database) throws -> Match? {
        guard let candidate else { return nil }
        let row = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT \(MemoryRecord.columns) FROM memories WHERE sequence = ?"),
            arguments: [candidate.sequence]
        )
        guard let row else { return nil }
        func beside(_ order: Order) throws -> [MemoryRecord] {
            guard query.neighbours > 0, candidate.conversation != nil else { return [] }
            return try neighbours(
                candidate,
                order,
                query.neighbours,
                "(m.expires IS NULL OR m.expires > ?)",
                [now],
                database
            ).map { try MemoryRecord($0, domain: domain) }
        }
        return Match(
            record: try MemoryRecord(row, domain: domain),
            ranked: ranked,
            lexical: candidate.score,
            before: try beside(.before).reversed(),
            after: try beside(.after)
        )
    }
}
