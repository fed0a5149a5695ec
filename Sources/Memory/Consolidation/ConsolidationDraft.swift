import NovaContract

/// What is made of episodic memories, as it grows: near-duplicates first, then facts and summaries.
package struct ConsolidationDraft: Sendable {
    /// A semantic memory to be kept.
    package struct Semantic: Sendable {
        package let id: String
        package let definition: MemoryDefinition
        /// Milliseconds since 1970, where all that it was made of is forgotten by then; nil: never.
        package let expiresAt: Int64?
        /// Whether it stands for near-duplicates.
        package let isMerged: Bool
        /// Values of one attribute that are not the same.
        package let isContradictory: Bool
    }

    /// Memories that say the same.
    package struct Merge: Sendable {
        package let id: String
        /// By the times at which they happened.
        package let members: [MemoryRecord]
    }

    private struct Told {
        let id: String
        let summary: Summary?
        let text: String
        let method: String
        let of: String?
        let sources: [MemoryRecord]
    }

    /// Those that go on: the newest of each that say the same, and all others; by the times at which they happened.
    package let records: [MemoryRecord]
    package let merges: [Merge]
    private var facts: [String: [Fact]] = [:]
    private var methods: [String: String] = [:]
    private var summaries: [Told] = []

    /// Sources that are counted: what adds to them has room.
    private static let mostSources = 1 << 50

    /// Memories of one conversation or task from which on it is summed up.
    package static let fewestToSumUp = 6
    private static let mostToSumUp = 100

    /// - Parameter merged: semantic memories that stand for near-duplicates already, which further ones may join.
    package init(_ given: [MemoryRecord], merged: [MemoryRecord]) {
        let analyzer = Analyzer()
        // Those that are there come first, so that they lead their groups.
        let all = merged + given
        let groups = NearDuplicates.groups(all.map { NearDuplicates.Text($0.definition.content, analyzer) })
        var merges: [Merge] = []
        var gone: Set<String> = []
        for group in groups {
            let members = group.filter { $0 >= merged.count }.map { all[$0] }
            let known = group[0] < merged.count ? all[group[0]] : nil
            // Two that are kept already stay two.
            guard !members.isEmpty, known != nil || members.count > 1 else { continue }
            let id = known?.id ?? ConsolidatedID.make("same", [members[0].id])
            merges.append(Merge(id: id, members: members.sorted { ($0.time, $0.sequence) < ($1.time, $1.sequence) }))
            gone.formUnion(members.map(\.id))
        }
        self.merges = merges
        records = (given.filter { !gone.contains($0.id) } + merges.compactMap(\.members.last))
            .sorted { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
        // All of them, since a repetition tells that something was so at another time too.
        for record in given { add(Fact.fromFields(of: record), by: "fields") }
    }

    // MARK: - Adding

    /// One source tells a value once, however often and by whom it is picked out.
    package mutating func add(_ facts: [Fact], by method: String) {
        for fact in facts {
            let id = fact.memoryID
            let told = FactValues.compared(fact.value)
            let known = self.facts[id, default: []].firstIndex {
                $0.source.id == fact.source.id && FactValues.compared($0.value) == told
            }
            if let known {
                if fact.statement != nil { self.facts[id]?[known] = fact }
            } else {
                self.facts[id, default: []].append(fact)
            }
            methods[id] = method
        }
    }

    /// Memories that belong together and are enough to be summed up.
    package var conversations: [(name: String, records: [MemoryRecord])] {
        Dictionary(grouping: records) { $0.definition.conversation ?? $0.definition.taskID ?? "" }
            .filter { !$0.key.isEmpty && $0.value.count >= Self.fewestToSumUp }
            .sorted { $0.key < $1.key }
            .flatMap { name, records in
                stride(from: 0, to: records.count, by: Self.mostToSumUp).map { begin in
                    (name, Array(records[begin..<min(begin + Self.mostToSumUp, records.count)]))
                }
            }
    }

    /// Sums each conversation up with sentences of its own.
    package mutating func addExtracts() {
        for (name, records) in conversations { addExtract(of: name, records) }
    }

    /// The same of some memories of one.
    package mutating func addExtract(of name: String, _ records: [MemoryRecord]) {
        guard let first = records.first, let summary = Summary(of: records) else { return }
        summaries.append(
            Told(
                id: ConsolidatedID.make("summary", [name, first.id]),
                summary: summary,
                text: summary.text,
                method: "extraction",
                of: name,
                sources: records
            )
        )
    }

    /// - Parameters:
    ///   - text: that a model made of the memories.
    ///   - of: the conversation that they are from, if any.
    package mutating func add(summary text: String, of name: String?, from records: [MemoryRecord], by method: String) {
        guard let first = records.first else { return }
        summaries.append(
            Told(
                id: ConsolidatedID.make("summary", [name ?? "", first.id]),
                summary: nil,
                text: text,
                method: method,
                of: name,
                sources: records
            )
        )
    }

    // MARK: - What becomes of it

    /// Ids of semantic memories that may be there already, and are then to be given to `semantic(known:)`.
    package var ids: [String] { merges.map(\.id) + facts.keys.sorted() + summaries.map(\.id) }

    package func semantic(known: [String: MemoryRecord]) -> [Semantic] {
        merges.map { Self.semantic($0, known[$0.id]) }
            + facts.sorted { $0.key < $1.key }.map { semantic($0.key, $0.value, known[$0.key]) }
            + summaries.map { Self.semantic($0, known[$0.id]) }
    }

    private static func semantic(_ merge: Merge, _ known: MemoryRecord?) -> Semantic {
        let newest = merge.members[merge.members.count - 1]
        // One that comes late does not write over what is newer.
        let content = (known.map { $0.time > newest.time } ?? false ? known : newest)?.definition.content ?? [:]
        let times = merge.members.map(\.time)
        let first = known.map {
            $0.consolidation?["first"]?.stringValue.flatMap(Timestamp.milliseconds(parsing:)) ?? $0.time
        }
        let definition = definition(
            content,
            from: merge.members,
            known,
            [
                "method": "near-duplicates",
                "first": .string(Timestamp.string(milliseconds: min(first ?? .max, times.min() ?? 0))),
                "last": .string(Timestamp.string(milliseconds: max(known?.time ?? 0, times.max() ?? 0))),
            ]
        )
        return Semantic(
            id: merge.id,
            definition: definition,
            expiresAt: expiry(merge.members, known),
            isMerged: true,
            isContradictory: false
        )
    }

    private func semantic(_ id: String, _ facts: [Fact], _ known: MemoryRecord?) -> Semantic {
        var values = FactValues(of: known)
        for fact in facts { values.add(fact.value, at: fact.source.time) }
        let newest = facts.max { ($0.source.time, $0.source.sequence) < ($1.source.time, $1.source.sequence) }
        let isContradictory = values.values.count > 1
        var content: JSONObject = [
            "subject": .string(newest?.subject ?? ""), "attribute": .string(newest?.attribute ?? ""),
            "value": values.values.last?.value ?? .null,
        ]
        if isContradictory { content["also_said"] = .array(values.values.dropLast().map(\.value)) }
        if let statement = newest?.statement ?? known?.definition.content["statement"]?.stringValue {
            content["statement"] = .string(statement)
        }
        let definition = Self.definition(
            .object(content),
            from: facts.map(\.source),
            known,
            [
                "method": .string(methods[id] ?? ""), "values": values.json, "contradictory": .bool(isContradictory),
            ]
        )
        return Semantic(
            id: id,
            definition: definition,
            expiresAt: Self.expiry(facts.map(\.source), known),
            isMerged: false,
            isContradictory: isContradictory
        )
    }

    private static func semantic(_ told: Told, _ known: MemoryRecord?) -> Semantic {
        var content: JSONObject = ["summary": .string(told.text)]
        if let of = told.of { content["of"] = .string(of) }
        var consolidation: JSONObject = [
            "method": .string(told.method),
            "first": .string(Timestamp.string(milliseconds: told.sources.map(\.time).min() ?? 0)),
            "last": .string(Timestamp.string(milliseconds: told.sources.map(\.time).max() ?? 0)),
        ]
        if let summary = told.summary {
            consolidation["sentences_from"] = JSONValue(summary.sentences.map { told.sources[$0.place].id })
        }
        let definition = definition(.object(content), from: told.sources, known, consolidation)
        return Semantic(
            id: told.id,
            definition: definition,
            expiresAt: expiry(told.sources, known),
            isMerged: false,
            isContradictory: false
        )
    }

    /// Of the last of the sources; nil where one of them, or what is there already, is kept for good.
    private static func expiry(_ sources: [MemoryRecord], _ known: MemoryRecord?) -> Int64? {
        let all = sources.map(\.expiresAt) + (known.map { [$0.expiresAt] } ?? [])
        return all.contains(nil) ? nil : all.compactMap(\.self).max()
    }

    /// A semantic memory with links to what it was made of.
    private static func definition(
        _ content: JSONValue,
        from sources: [MemoryRecord],
        _ known: MemoryRecord?,
        _ consolidation: JSONObject
    ) -> MemoryDefinition {
        let newest = sources.max { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
        let before = known?.definition
        var links: [String] = []
        for id in sources.sorted(by: { ($0.time, $0.sequence) > ($1.time, $1.sequence) }).map(\.id)
            + (before?.references ?? []) where !links.contains(id)
        {
            guard links.count < MemoryDefinition.maximumReferences else { break }
            links.append(id)
        }
        var consolidation = consolidation
        // Of Nova's own notes; what a client wrote into the context counts nothing.
        let counted = min(max(0, known?.consolidation?["sources"]?.intValue ?? 0), mostSources)
        let already = Set(before?.references ?? [])
        let new = Set(sources.map(\.id)).filter { !already.contains($0) }.count
        consolidation["sources"] = JSONValue(counted + new)
        var context: JSONObject = ["references": JSONValue(links), "consolidation": .object(consolidation)]
        // What all of them have is kept, so that it is found by the same filters.
        for name in ["conversation", "agent_id", "task_id"] {
            let values = Set(sources.map { $0.definition.context[name]?.stringValue })
            guard values.count == 1, let value = values.first ?? nil else { continue }
            if before.map({ $0.context[name]?.stringValue == value }) ?? true { context[name] = .string(value) }
        }
        var definition = MemoryDefinition(content: content)
        definition.kind = .semantic
        definition.importance = max(before?.importance ?? 0, sources.map(\.definition.importance).max() ?? 0.5)
        definition.context = .object(context)
        let tags = Set(sources.flatMap(\.definition.tags) + (before?.tags ?? []))
        definition.tags = Array(tags.sorted().prefix(MemoryDefinition.maximumTags))
        definition.time = max(before?.time ?? .min, newest?.time ?? 0)
        return definition
    }
}
