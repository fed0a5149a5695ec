import Memory
import NovaContract

/// `matches[]`, `orchestration`, `confidence`, `timestamp` of the contract.
struct SearchAnswer {
    let found: MemorySearch.Found

    init(_ found: MemorySearch.Found) { self.found = found }

    var json: JSONValue {
        let best = found.matches.map(\.lexical.coverage).max() ?? 0
        return [
            "matches": .array(found.matches.map(Self.told)),
            "orchestration": [
                "memories": JSONValue(found.memories), "candidates": JSONValue(found.candidates),
                "words": JSONValue(found.words), "searched": ["words"],
            ],
            "confidence": JSONValue(best),
            "confidence_basis":
                "the part of the query that the best match has, each word by how rare it is in the domain",
            "timestamp": .string(Timestamp.string()),
        ]
    }

    private static func told(_ match: MemorySearch.Match) -> JSONValue {
        var members = match.record.json
        members["score"] = JSONValue(match.ranked.score)
        members["relevance"] = JSONValue(match.ranked.relevance)
        members["lexical"] = JSONValue(match.ranked.candidate.lexical)
        members["semantic"] = JSONValue(match.ranked.candidate.semantic)
        members["recency"] = JSONValue(match.ranked.recency)
        members["words"] = JSONValue(match.lexical.words)
        if !match.before.isEmpty || !match.after.isEmpty {
            members["neighbours"] = [
                "before": .array(match.before.map { .object($0.json) }),
                "after": .array(match.after.map { .object($0.json) }),
            ]
        }
        return .object(members)
    }
}
