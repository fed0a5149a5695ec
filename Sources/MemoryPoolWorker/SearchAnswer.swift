import Memory
import MemoryIndex
import MemoryPool
import NovaContract
import NovaStore

/// `matches[]`, `orchestration`, `confidence`, `timestamp` of the contract.
struct SearchAnswer {
    /// Of an answer; what comes after is left out, and counted.
    private static let maximumBytes = 8 << 20

    private let found: MemorySearch.Found
    private let records: [String: MemoryRecord]

    /// Reads what the answer shows; what is not there any more is left out.
    init(_ found: MemorySearch.Found, in space: MemorySpace) async throws {
        self.found = found
        let records = try await found.records(in: space, bytes: Self.maximumBytes)
        self.records = Dictionary(records.map { ($0.id, $0) }) { first, _ in first }
    }

    var json: JSONValue {
        let best = found.matches.map(\.lexical.coverage).max() ?? 0
        var left = Self.maximumBytes
        var matches: [JSONValue] = []
        for match in found.matches {
            guard let told = told(match) else { continue }
            left -= told.jsonBytes.count
            // The first one is told however large it is.
            if left < 0 && !matches.isEmpty { break }
            matches.append(told)
        }
        return [
            "matches": .array(matches),
            "orchestration": [
                "memories": JSONValue(found.memories), "candidates": JSONValue(found.candidates),
                "words": JSONValue(found.words),
                "left_out": JSONValue(found.matches.count - matches.count + found.repetitions),
                "repetitions": JSONValue(found.repetitions),
                "searched": JSONValue(["words"] + (found.comparesMeaning ? ["meaning"] : [])),
            ],
            "confidence": JSONValue(best),
            "confidence_basis":
                "the part of the query that the best match has, each word by how rare it is in the domain",
            "timestamp": .string(Timestamp.string()),
        ]
    }

    private func told(_ match: MemorySearch.Match) -> JSONValue? {
        guard let record = records[match.id] else { return nil }
        var members = record.json
        members["score"] = JSONValue(match.ranked.score)
        members["relevance"] = JSONValue(match.ranked.relevance)
        members["lexical"] = JSONValue(match.ranked.candidate.lexical)
        members["semantic"] = JSONValue(match.cosine)
        members["recency"] = JSONValue(match.ranked.recency)
        members["importance_now"] = JSONValue(match.ranked.candidate.importance)
        members["use"] = JSONValue(match.ranked.candidate.use)
        members["words"] = JSONValue(match.lexical.words)
        if !match.before.isEmpty || !match.after.isEmpty {
            func all(_ ids: [String]) -> JSONValue {
                .array(ids.compactMap { id in records[id].map { .object($0.json) } })
            }
            members["neighbours"] = ["before": all(match.before), "after": all(match.after)]
        }
        return .object(members)
    }
}
