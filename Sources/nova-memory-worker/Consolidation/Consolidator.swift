import Logging
import Memory
import Metrics
import NIOPosix
import NovaContract
import NovaStore

/// Makes semantic memories of episodic ones.
struct Consolidator: Sendable {
    /// Nil: facts and summaries are made by extraction.
    let model: ConsolidationModel?
    /// Memories that a domain may hold.
    let maximum: Int
    let logger: Logger

    /// Bytes of contents that are looked at at once; what is beyond stays for the next time.
    private static let mostBytes = 16 << 20
    /// Memories that stand for near-duplicates, which further ones are compared with.
    private static let mostMerged = 1_000
    /// How often all is begun anew where memories are changed meanwhile.
    private static let attempts = 5

    /// What was done.
    struct Done: Sendable {
        var method = ""
        var looked = 0
        var archived = 0
        var facts = 0
        var contradictions = 0
        var summaries = 0
        /// Of the facts that a model made, the part whose value stands in their sources.
        var grounded = 1.0
        var memories: [(id: String, version: Int, method: String)] = []
    }

    /// Looks at what was not consolidated yet.
    ///
    /// - Parameter report: told how many memories of how many were looked at.
    /// - Throws: `NovaError` where the model is wanted and does not answer, or the domain is full.
    func consolidate(
        _ order: MemoryConsolidation,
        _ space: MemorySpace,
        jobID: String,
        report: @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> Done {
        let model = try chosen(order.method)
        for _ in 0..<Self.attempts {
            let records = try await read(order, space)
            var done = Done(method: model == nil ? "extraction" : "model", looked: records.count)
            guard !records.isEmpty else { return done }
            let merged = try await space.merged(Self.mostMerged)
            let draft = try await draft(of: records, merged, model, &done, report)
            let known = try await space.get(draft.ids)
            let semantic = draft.semantic(known: Dictionary(known.map { ($0.id, $0) }) { first, _ in first })
            if let versions = try await keep(semantic, draft, records, known, space, jobID) {
                done.count(semantic, draft, versions)
                Counter(label: "nova_memory_consolidated_total").increment(by: records.count)
                return done
            }
        }
        throw NovaError(.serviceUnavailable, "the memories are changed too often at the moment", retryAfter: 1)
    }

    private func chosen(_ method: MemoryConsolidation.Method) throws -> ConsolidationModel? {
        switch method {
        case .extraction: return nil
        case .automatic: return model
        case .model:
            guard let model else {
                throw NovaError(
                    .validationError,
                    "/method: no model is configured for consolidation (memory.model)",
                    details: [.init("/method", "must be auto or extraction: no model is configured")]
                )
            }
            return model
        }
    }

    private func read(_ order: MemoryConsolidation, _ space: MemorySpace) async throws -> [MemoryRecord] {
        let now = Timestamp.milliseconds()
        var found: [MemoryRecord] = []
        var bytes = 0
        var cursor: ListCursor?
        while found.count < order.limit, bytes < Self.mostBytes {
            let page = try await space.raw(after: cursor, limit: 100)
            guard let next = page.next else { break }
            cursor = next
            for record in page.elements where !record.isExpired(at: now) && order.filter.accepts(record) {
                guard found.count < order.limit, bytes < Self.mostBytes else { break }
                bytes += record.definition.content.jsonBytes.count
                found.append(record)
            }
        }
        return found
    }

    private func draft(
        of records: [MemoryRecord],
        _ merged: [MemoryRecord],
        _ model: ConsolidationModel?,
        _ done: inout Done,
        _ report: @Sendable (Int, Int) -> Void
    ) async throws -> ConsolidationDraft {
        var draft = try await NIOThreadPool.singleton.runIfActive {
            var draft = ConsolidationDraft(records, merged: merged)
            if model == nil { draft.addExtracts() }
            return draft
        }
        guard let model else { return draft }
        let batches = ModelReading.batches(of: draft)
        var looked = 0
        var facts: [Fact] = []
        for batch in batches {
            report(looked, draft.records.count)
            let reading = try await model.read(batch)
            facts += reading.facts
            draft.add(reading.facts, by: "model")
            if let summary = reading.summary {
                draft.add(summary: summary, of: batch.name, from: batch.records, by: "model")
            }
            looked += batch.records.count
        }
        if !facts.isEmpty { done.grounded = Double(facts.count(where: \.isGrounded)) / Double(facts.count) }
        return draft
    }

    private func keep(
        _ semantic: [ConsolidationDraft.Semantic],
        _ draft: ConsolidationDraft,
        _ records: [MemoryRecord],
        _ known: [MemoryRecord],
        _ space: MemorySpace,
        _ jobID: String
    ) async throws -> [String: Int]? {
        let versions = Dictionary(known.map { ($0.id, $0.version) }) { first, _ in first }
        return try await space.keep(
            MemorySpace.Consolidated(
                made: semantic.map {
                    .init(id: $0.id, definition: $0.definition, version: versions[$0.id] ?? 0, isMerged: $0.isMerged)
                },
                archived: draft.merges.flatMap { merge in merge.members.map { (id: $0.id, version: $0.version) } },
                seen: records.map(\.id)
            ),
            most: maximum,
            jobID: jobID
        )
    }
}

extension Consolidator.Done {
    fileprivate mutating func count(
        _ semantic: [ConsolidationDraft.Semantic],
        _ draft: ConsolidationDraft,
        _ versions: [String: Int]
    ) {
        archived = draft.merges.reduce(0) { $0 + $1.members.count }
        facts = semantic.count { $0.id.hasPrefix("fact-") }
        summaries = semantic.count { $0.id.hasPrefix("summary-") }
        contradictions = semantic.count(where: \.isContradictory)
        memories = semantic.map { made in
            let method = made.definition.context["consolidation"]?["method"]?.stringValue ?? ""
            return (made.id, versions[made.id] ?? 0, method)
        }
    }

    /// As clients read it.
    var json: JSONValue {
        let isModel = method == "model"
        return [
            "memories": .array(
                memories.map {
                    ["memory_id": .string($0.id), "version": JSONValue($0.version), "method": .string($0.method)]
                }
            ),
            "orchestration": [
                "method": .string(method), "looked_at": JSONValue(looked), "archived": JSONValue(archived),
                "facts": JSONValue(facts), "contradictions": JSONValue(contradictions),
                "summaries": JSONValue(summaries),
            ],
            "confidence": JSONValue(grounded),
            "confidence_basis": .string(
                isModel
                    ? "the part of the facts made by the model whose value stands in the memories it names"
                    : "every value and every sentence stands as it is in a memory: nothing was understood, only picked"
            ),
            "timestamp": .string(Timestamp.string()),
        ]
    }
}
