import Logging
import Memory
import MemoryPool
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

    /// Of the contents that are looked at at once, and the facts in their fields; what is beyond stays for the next time.
    private static let mostBytes = 16 << 20
    private static let mostFacts = 2_000
    /// Of a page, which is read at once.
    private static let pageBytes = 4 << 20
    /// Memories that stand for near-duplicates, which further ones are compared with, and their bytes.
    private static let mostMerged = 1_000
    private static let mergedBytes = 8 << 20
    /// How often all is begun anew where memories are changed meanwhile, and how often what was made is tried to be kept.
    private static let attempts = 3

    /// Looks at what was not consolidated yet.
    ///
    /// - Parameter report: told how many memories of how many were looked at.
    /// - Returns: what was done, by the first call of this job.
    /// - Throws: `NovaError` where the model does not answer, or the domain is full.
    func consolidate(
        _ order: MemoryConsolidation,
        _ space: MemorySpace,
        jobID: String,
        report: @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> JSONValue {
        let model = try chosen(order.method)
        if let before = try await space.kept(jobID: jobID) { return before }
        for _ in 0..<Self.attempts {
            let records = try await read(order, space)
            var done = Consolidation(isByModel: model != nil, looked: records.count)
            guard !records.isEmpty else { return done.json }
            if model != nil, try await space.counts().all >= maximum {
                throw NovaError(
                    .limitReached,
                    "the domain \(space.domain) is full (setting memory.maximum): nothing can be kept of what would be read"
                )
            }
            let merged = try await space.merged(Self.mostMerged, bytes: Self.mergedBytes)
            let draft = try await draft(of: records, merged, model, space, &done, report)
            if let answer = try await keep(draft, records, done, space, jobID) {
                Counter(label: "nova_memory_consolidated_total").increment(by: records.count)
                return answer
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
                    "/method: no model is configured (memory.consolidation_model)",
                    details: [.init("/method", "must be auto or extraction: no model is configured")]
                )
            }
            return model
        }
    }

    private func read(_ order: MemoryConsolidation, _ space: MemorySpace) async throws -> [MemoryRecord] {
        let now = Timestamp.milliseconds()
        var found: [MemoryRecord] = []
        var (bytes, facts) = (0, 0)
        var cursor: ListCursor?
        while true {
            let page = try await space.raw(after: cursor, limit: 100, bytes: Self.pageBytes)
            guard let next = page.next else { return found }
            cursor = next
            for record in page.elements where !record.isExpired(at: now) && order.filter.accepts(record) {
                bytes += record.definition.content.jsonBytes.count
                facts += Fact.fromFields(of: record).count
                guard found.isEmpty || bytes <= Self.mostBytes && facts <= Self.mostFacts else { return found }
                found.append(record)
                if found.count == order.limit { return found }
            }
        }
    }

    private func draft(
        of records: [MemoryRecord],
        _ merged: [MemoryRecord],
        _ model: ConsolidationModel?,
        _ space: MemorySpace,
        _ done: inout Consolidation,
        _ report: @Sendable (Int, Int) -> Void
    ) async throws -> ConsolidationDraft {
        var draft = try await NIOThreadPool.singleton.runIfActive {
            var draft = ConsolidationDraft(records, merged: merged)
            if model == nil { draft.addExtracts() }
            return draft
        }
        guard let model else { return draft }
        var looked = 0
        for batch in ModelReading.batches(of: draft) {
            report(looked, draft.records.count)
            looked += batch.records.count
            if let reading = try await read(batch, by: model, space, &done) {
                done.told(reading.facts)
                draft.add(reading.facts, by: "model")
                if let summary = reading.summary {
                    draft.add(summary: summary, of: batch.name, from: batch.records, by: "model")
                }
            } else if let name = batch.name {
                draft.addExtract(of: name, batch.records)
            }
        }
        return draft
    }

    /// Nil where the model cannot do with these: they must not hold up the others for ever.
    private func read(
        _ batch: ModelReading.Batch,
        by model: ConsolidationModel,
        _ space: MemorySpace,
        _ done: inout Consolidation
    ) async throws -> ModelReading? {
        do {
            return try await model.read(batch)
        } catch let error as NovaError where error.code == .serviceError {
            done.unread += batch.records.count
            Counter(label: "nova_memory_unread_total").increment(by: batch.records.count)
            logger.warning(
                "the model could not read memories, which are consolidated without it",
                metadata: [
                    "owner": "\(space.owner)", "domain": "\(space.domain)", "first": "\(batch.records[0].id)",
                    "count": "\(batch.records.count)", "error": "\(error.message)",
                ]
            )
            return nil
        }
    }

    /// Nil where what was looked at is not as it was.
    private func keep(
        _ draft: ConsolidationDraft,
        _ records: [MemoryRecord],
        _ done: Consolidation,
        _ space: MemorySpace,
        _ jobID: String
    ) async throws -> JSONValue? {
        let gone = Set(draft.merges.flatMap(\.members).map(\.id))
        let seen = records.map { record in
            MemorySpace.Consolidated.Seen(id: record.id, version: record.version, isGone: gone.contains(record.id))
        }
        for _ in 0..<Self.attempts {
            let known = Dictionary(try await space.get(draft.ids).map { ($0.id, $0) }) { first, _ in first }
            let semantic = draft.semantic(known: known)
            let made = semantic.map {
                MemorySpace.Consolidated.Made(
                    id: $0.id,
                    definition: $0.definition,
                    version: known[$0.id]?.version ?? 0,
                    expiresAt: $0.expiresAt,
                    isMerged: $0.isMerged
                )
            }
            let answer = done.with(semantic, archived: gone.count, known).json
            let consolidated = MemorySpace.Consolidated(made: made, seen: seen, answer: answer)
            if let answer = try await space.keep(consolidated, most: maximum, jobID: jobID) { return answer }
            // Where only what is there already was changed, nothing needs to be read again.
            guard try await space.areRaw(records) else { return nil }
        }
        return nil
    }
}
