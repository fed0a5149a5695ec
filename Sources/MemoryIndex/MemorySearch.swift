import Foundation
import GRDB
package import Memory
import NovaContract

/// One search in a replica that is current.
package struct MemorySearch: Sendable {
    package struct Match: Sendable {
        package let id: String
        package let ranked: Ranking.Ranked
        package let lexical: LexicalScore.Score
        /// Of its vector and the query's; nil: it has none, or none was asked for.
        package let cosine: Double?
        /// Ids of its conversation, in their order.
        package let before: [String]
        package let after: [String]
    }

    package struct Found: Sendable {
        package let matches: [Match]
        /// Memories of the domain, and those that were looked at closer.
        package let memories: Int
        package let candidates: Int
        package let words: [String]
        package let comparesMeaning: Bool
        /// Memories that were passed over, because what is among the matches says the same.
        package let repetitions: Int
    }

    private struct Candidate {
        let sequence: Int64
        let id: String
        let conversation: String?
        let time: Int64
        let importance: Double
        let fadesSince: Int64?
        let use: MemoryRecord.Use
        /// What it is compared by with others.
        let compared: String
        let score: LexicalScore.Score
        /// With what its neighbours bring.
        var lexical: Double
        var cosine: Double?
        /// The same of the cosine.
        var semantic: Double?
    }

    /// Found by the index, and then weighed one by one.
    private static let mostCandidates = 200
    /// Found by their vectors.
    private static let mostNearest = 100
    /// Those whose neighbours are looked at, by words and by vectors.
    private static let mostWithNeighbours = 60
    /// What a memory has of the score of the one before and the one after: in a conversation the answer often stands beside
    /// the words that were asked for.
    private static let neighbourShare = 0.4
    /// The same of their cosines.
    private static let neighbourMeaningShare = 0.2
    /// Found by the index without being scored there.
    private static let mostNewest = 200
    /// In a large domain: memories that the index scores for one question, about two microseconds each.
    private static let mostScored = 3_000
    private static let largeDomain = 5_000
    /// Bytes of terms that are compared with those of others, each with each.
    private static let mostCompared = 4_096

    private let query: MemoryQuery
    private let vector: [Float]?
    private let importanceHalfLife: Double
    private let now: Int64

    /// - Parameters:
    ///   - vector: of the query; nil: only words are compared.
    ///   - importanceHalfLife: seconds after which an episodic memory is half as important; 0: none fades.
    ///   - now: milliseconds since 1970.
    package init(_ query: MemoryQuery, vector: [Float]?, importanceHalfLife: Double = 0, now: Int64) {
        self.query = query
        self.vector = vector
        self.importanceHalfLife = importanceHalfLife
        self.now = now
    }

    func run(_ database: Database, _ shelves: VectorShelves) throws -> Found {
        let vectors = vector.flatMap { shelves.comparable(with: $0) }
        let totals = try Row.fetchOne(database, sql: "SELECT memories, length FROM totals")
        let (count, length): (Int, Int) = (totals?["memories"] ?? 0, totals?["length"] ?? 0)
        let asked = try WantedTerms(query.content, database)
        let score = LexicalScore(
            asked.wanted,
            documents: count,
            averageLength: Double(length) / Double(max(1, count)),
            frequency: asked.frequency
        )
        let counter = TermCounter(asked.wanted)
        func candidate(_ row: Row) -> Candidate { Self.candidate(row, score, counter) }
        var candidates = try find(Self.looks(asked, count), database, candidate)
        try addNeighbours(&candidates, database, candidate)
        if let vector, let vectors { try addNearest(&candidates, vector, vectors, database, candidate) }
        // The index also finds what has both halves of a word, but not beside each other.
        let some = candidates.values.filter { $0.lexical > 0 || $0.semantic ?? 0 > 0 }
        let order = Ranking(query, now: now).rank(
            some.map {
                Ranking.Candidate(
                    id: $0.id,
                    lexical: $0.lexical,
                    semantic: $0.semantic,
                    time: max($0.time, $0.use.time),
                    importance: importance(of: $0),
                    use: $0.use.worth(at: now),
                    terms: $0.compared
                )
            }
        )
        let byID = Dictionary(some.map { ($0.id, $0) }) { first, _ in first }
        return Found(
            matches: try order.ranked.compactMap { try match($0, byID[$0.candidate.id], database) },
            memories: count,
            candidates: some.count,
            words: asked.wanted.filter { !$0.isField }.map(\.word),
            comparesMeaning: vectors != nil,
            repetitions: order.repetitions
        )
    }

    /// As it is now.
    private func importance(of candidate: Candidate) -> Double {
        guard importanceHalfLife > 0, let since = candidate.fadesSince else { return candidate.importance }
        return candidate.importance * exp2(-max(0, (Double(now) - Double(since)) / 1_000) / importanceHalfLife)
    }

    // MARK: - Candidates

    private static let columns = Column.allCases.map { "m.\($0)" }.joined(separator: ", ")

    /// One question to the index.
    private struct Look {
        /// As FTS5 reads it.
        let match: String
        /// Whether all that match are scored for the best of them; else the newest are taken as they come.
        let isRanked: Bool
    }

    /// - Parameter looks: what the index is asked, the next where those before find too few.
    private func find(
        _ looks: [Look],
        _ database: Database,
        _ candidate: (Row) -> Candidate
    ) throws -> [Int64: Candidate] {
        var found: [Int64: Candidate] = [:]
        for look in looks where found.count < query.limit {
            // One at a time: a memory may have a megabyte of terms.
            let rows = try find(look, database)
            while let row = try rows.next() { found[row[at: .sequence]] = candidate(row) }
        }
        return found
    }

    private func find(_ look: Look, _ database: Database) throws -> RowCursor {
        let (condition, arguments) = filter
        let most = look.isRanked ? Self.mostCandidates : Self.mostNewest
        if query.filter == MemoryFilter() {
            // The index alone tells the best; what is over is left out then.
            let order = look.isRanked ? "rank" : "rowid DESC"
            let best = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY \(order) LIMIT \(most)"
            return try Row.fetchCursor(
                database.cachedStatement(
                    sql: "SELECT \(Self.columns) FROM memories m WHERE m.sequence IN (\(best)) AND \(condition)"
                ),
                arguments: StatementArguments([look.match]) + arguments
            )
        }
        let order = look.isRanked ? "bm25(words)" : "words.rowid DESC"
        return try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT \(Self.columns) FROM words JOIN memories m ON m.sequence = words.rowid
                    WHERE words MATCH ? AND \(condition) ORDER BY \(order) LIMIT \(most)
                    """
            ),
            arguments: StatementArguments([look.match]) + arguments
        )
    }

    /// What the index is asked for: any of the words; in a large domain any of the rarest, as long as those that have them can
    /// all be scored; where these find too few, the others all together, and then any of the rarest two of them.
    private static func looks(_ asked: WantedTerms, _ count: Int) -> [Look] {
        typealias Word = (terms: [String], memories: Int, isField: Bool)
        let words = asked.wanted.map { each -> Word in
            let terms = each.alternatives + each.loose
            return (terms, terms.map(asked.frequency).max() ?? 0, each.isField)
        }.filter { $0.memories > 0 }.sorted { $0.memories < $1.memories }
        func any(_ some: some Sequence<Word>) -> String {
            some.flatMap(\.terms).map(asked.expression).joined(separator: " OR ")
        }
        guard !words.isEmpty else { return [] }
        guard count > largeDomain else { return [Look(match: any(words), isRanked: true)] }
        var scored = 0
        let rare = words.prefix { word in
            scored += word.memories
            return scored <= mostScored
        }
        // A word in a field is where the word is: it finds no further ones.
        let common = words.dropFirst(rare.count).filter { !$0.isField }
        var looks = rare.isEmpty ? [] : [Look(match: any(rare), isRanked: true)]
        guard !common.isEmpty else { return looks }
        let together = common.prefix(3)
        let expected = together.reduce(Double(count)) { $0 * Double($1.memories) / Double(count) }
        looks.append(
            Look(
                match: together.map { "(\(any([$0])))" }.joined(separator: " AND "),
                isRanked: expected <= Double(mostScored)
            )
        )
        looks.append(Look(match: any(common.prefix(2)), isRanked: false))
        return looks
    }

    private static func candidate(_ row: Row, _ score: LexicalScore, _ counter: TermCounter) -> Candidate {
        let terms: String = row[at: .terms]
        let counts = counter.counts(in: terms)
        let found = score.score(counts, length: row[at: .length])
        return Candidate(
            sequence: row[at: .sequence],
            id: row[at: .id],
            conversation: row.text(at: .conversation),
            time: row[at: .time],
            importance: row[at: .importance],
            fadesSince: row[at: .kind] as String == MemoryDefinition.Kind.episodic.rawValue
                ? max(row[at: .updated] as Int64, row[at: .used] as Int64) : nil,
            use: .init(count: row[at: .uses], time: row[at: .used]),
            compared: Self.compared(terms),
            score: found,
            lexical: found.value
        )
    }

    /// Up to `mostCompared` bytes the terms themselves; what has more says the same only as what has the very same terms.
    private static func compared(_ terms: String) -> String {
        terms.utf8.count <= mostCompared ? terms : String(TermCounter.hash(terms), radix: 16)
    }

    /// The filters of the query, and that it is not over.
    private var filter: (String, StatementArguments) {
        var conditions = [Self.isNotOver]
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

    private static let isNotOver = "(m.expires IS NULL OR m.expires > ?)"

    // MARK: - Neighbours

    private enum Order: CaseIterable { case before, after }

    private func addNeighbours(
        _ candidates: inout [Int64: Candidate],
        _ database: Database,
        _ make: (Row) -> Candidate
    ) throws {
        let best = candidates.values.sorted { ($0.lexical, $1.sequence) > ($1.lexical, $0.sequence) }
        for candidate in best.prefix(Self.mostWithNeighbours) {
            for order in Order.allCases {
                guard let row = try neighbours(candidate, order, 1, filter, database).first else { continue }
                let sequence: Int64 = row[at: .sequence]
                var neighbour = candidates[sequence] ?? make(row)
                neighbour.lexical += Self.neighbourShare * candidate.score.value
                candidates[sequence] = neighbour
            }
        }
    }

    /// The nearest first.
    private func neighbours(
        _ candidate: Candidate,
        _ order: Order,
        _ count: Int,
        _ filter: (condition: String, arguments: StatementArguments),
        _ database: Database
    ) throws -> [Row] {
        guard candidate.conversation != nil else { return [] }
        let (sign, direction) = order == .before ? ("<", "DESC") : (">", "ASC")
        let sql = """
            SELECT \(Self.columns) FROM memories m
            WHERE m.conversation = ? AND (m.time, m.sequence) \(sign) (?, ?) AND \(filter.condition)
            ORDER BY m.time \(direction), m.sequence \(direction) LIMIT \(count)
            """
        let place: StatementArguments = [candidate.conversation, candidate.time, candidate.sequence]
        return try Row.fetchAll(database.cachedStatement(sql: sql), arguments: place + filter.arguments)
    }

    // MARK: - Meaning

    /// Adds those that are near in meaning, and how near all are.
    private func addNearest(
        _ candidates: inout [Int64: Candidate],
        _ vector: [Float],
        _ vectors: VectorIndex,
        _ database: Database,
        _ make: (Row) -> Candidate
    ) throws {
        let filter = filter
        var allowed: Set<Int64>?
        if query.filter != MemoryFilter() {
            let sql = "SELECT m.sequence FROM memories m WHERE \(filter.0)"
            allowed = Set(try Int64.fetchAll(database, sql: sql, arguments: filter.1))
        }
        let sql = "SELECT \(Self.columns) FROM memories m WHERE m.sequence = ? AND \(filter.0)"
        for (sequence, _) in vectors.nearest(vector, count: Self.mostNearest, among: allowed)
        where candidates[sequence] == nil {
            let place: StatementArguments = [sequence]
            let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: place + filter.1)
            if let row { candidates[sequence] = make(row) }
        }
        for sequence in Array(candidates.keys) {
            let cosine = vectors.cosine(vector, with: sequence).map(Double.init)
            candidates[sequence]?.cosine = cosine
            candidates[sequence]?.semantic = cosine
        }
        let best = candidates.values.sorted { ($0.cosine ?? -1, $1.sequence) > ($1.cosine ?? -1, $0.sequence) }
        for candidate in best.prefix(Self.mostWithNeighbours) {
            guard var semantic = candidate.cosine else { continue }
            for order in Order.allCases {
                let next = try neighbours(candidate, order, 1, filter, database).first
                guard let cosine = next.flatMap({ vectors.cosine(vector, with: $0[at: .sequence]) }) else { continue }
                semantic += Self.neighbourMeaningShare * Double(cosine)
            }
            candidates[candidate.sequence]?.semantic = semantic
        }
    }

    // MARK: - Matches

    private func match(_ ranked: Ranking.Ranked, _ candidate: Candidate?, _ database: Database) throws -> Match? {
        guard let candidate else { return nil }
        func beside(_ order: Order) throws -> [String] {
            guard query.neighbours > 0 else { return [] }
            return try neighbours(candidate, order, query.neighbours, (Self.isNotOver, [now]), database).map {
                $0[at: .id]
            }
        }
        return Match(
            id: candidate.id,
            ranked: ranked,
            lexical: candidate.score,
            cosine: candidate.cosine,
            before: try beside(.before).reversed(),
            after: try beside(.after)
        )
    }
}

/// What a search reads of a memory, by its place in a row: names would be compared for each of hundreds of rows.
private enum Column: Int, CaseIterable {
    case sequence, id, conversation, time, importance, length, terms, kind, updated, uses, used
}

extension Row {
    fileprivate subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(at column: Column) -> Value {
        self[column.rawValue]
    }

    /// The same where it may be none.
    fileprivate func text(at column: Column) -> String? { self[column.rawValue] }
}
