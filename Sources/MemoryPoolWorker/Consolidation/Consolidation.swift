import Memory
import NovaContract

/// What one consolidation did.
struct Consolidation: Sendable {
    let isByModel: Bool
    let looked: Int
    /// Memories that the model could not read.
    var unread = 0
    private var told = 0
    private var grounded = 0
    private var archived = 0
    private var facts = 0
    private var contradictions = 0
    private var summaries = 0
    private var memories: [JSONValue] = []

    init(isByModel: Bool, looked: Int) {
        self.isByModel = isByModel
        self.looked = looked
    }

    /// Facts that the model told.
    mutating func told(_ facts: [Fact]) {
        told += facts.count
        grounded += facts.count(where: \.isGrounded)
    }

    /// The same with what is kept.
    func with(
        _ semantic: [ConsolidationDraft.Semantic],
        archived: Int,
        _ known: [String: MemoryRecord]
    ) -> Consolidation {
        var done = self
        done.archived = archived
        done.facts = semantic.count { $0.id.hasPrefix("fact-") }
        done.summaries = semantic.count { $0.id.hasPrefix("summary-") }
        done.contradictions = semantic.count(where: \.isContradictory)
        done.memories = semantic.map { made in
            [
                "memory_id": .string(made.id), "version": JSONValue((known[made.id]?.version ?? 0) + 1),
                "method": made.definition.context["consolidation"]?["method"] ?? .null,
            ]
        }
        return done
    }

    /// As clients read it.
    var json: JSONValue {
        [
            "memories": .array(memories),
            "orchestration": [
                "method": isByModel ? "model" : "extraction", "looked_at": JSONValue(looked),
                "unread": JSONValue(unread), "archived": JSONValue(archived), "facts": JSONValue(facts),
                "contradictions": JSONValue(contradictions), "summaries": JSONValue(summaries),
            ],
            "confidence": JSONValue(told == 0 ? 1 : Double(grounded) / Double(told)),
            "confidence_basis": .string(
                isByModel
                    ? "the part of the facts told by the model whose value stands in the memories it names"
                    : "every value and every sentence stands as it is in a memory: nothing was understood, only picked"
            ),
            "timestamp": .string(Timestamp.string()),
        ]
    }
}
