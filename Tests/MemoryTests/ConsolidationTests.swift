import Memory
import NovaContract
import NovaTestKit
import Testing

/// What is made of episodic memories.
@Suite struct ConsolidationTests {
    private static func memory(
        _ id: String,
        _ content: JSONValue,
        at day: Int64 = 0,
        conversation: String? = nil,
        importance: Double = 0.5
    ) -> MemoryRecord {
        var definition = MemoryDefinition(content: content)
        definition.importance = importance
        if let conversation { definition.context = ["conversation": .string(conversation)] }
        definition.time = day * 86_400_000
        return MemoryRecord(
            id: id,
            definition: definition,
            domain: "default",
            version: 1,
            sequence: day,
            createdAt: day * 86_400_000,
            updatedAt: day * 86_400_000,
            expiresAt: nil
        )
    }

    private static func text(_ id: String, _ text: String, at day: Int64 = 0, in conversation: String? = nil)
        -> MemoryRecord
    {
        memory(id, ["text": .string(text)], at: day, conversation: conversation)
    }

    private static func kept(_ made: ConsolidationDraft.Semantic) -> MemoryRecord {
        MemoryRecord(
            id: made.id,
            definition: made.definition,
            domain: "default",
            version: 1,
            sequence: 9,
            createdAt: 0,
            updatedAt: 0,
            expiresAt: nil,
            consolidation: made.definition.context["consolidation"]
        )
    }

    /// A memory that a client stored under the id of one that Nova would make.
    private static func written(_ made: ConsolidationDraft.Semantic, _ content: JSONValue, _ note: JSONValue)
        -> MemoryRecord
    {
        var definition = made.definition
        definition.content = content
        definition.context = ["consolidation": note]
        return MemoryRecord(
            id: made.id,
            definition: definition,
            domain: "default",
            version: 1,
            sequence: 9,
            createdAt: 0,
            updatedAt: 0,
            expiresAt: nil
        )
    }

    @Test(
        arguments: [
            [
                "sources": .integer(.max),
                "values": [["value": "Oslo", "first": "x", "last": "y", "told": .integer(.max)]],
            ],
            ["sources": -5, "first": 7, "values": "none"],
            [
                "sources": .literal("18446744073709551615"),
                "values": [
                    [
                        "value": "Oslo", "first": "0000-01-01T00:00:00Z", "last": "9999-12-31T23:59:59Z",
                        "told": .integer(.max),
                    ]
                ],
            ], "x", .null,
        ] as [JSONValue]
    )
    func whatAClientWroteIsNotTakenForNovasOwnNotes(note: JSONValue) throws {
        let draft = ConsolidationDraft([Self.memory("f1", ["user": "Ada", "city": "Rome"], at: 2)], merged: [])
        let made = try #require(draft.semantic(known: [:]).first)
        let content: JSONValue = ["value": "Paris", "also_said": ["Bern", ["no": "value"], 7]]
        let known = Self.written(made, content, note)
        let again = try #require(draft.semantic(known: [made.id: known]).first)
        let told = again.definition.context["consolidation"]
        #expect(told?["sources"] == 1)
        // Its content is what it says, once each, like that of any memory.
        let values = told?["values"]?.arrayValue ?? []
        #expect(Set(values.compactMap { $0["value"]?.jsonString }) == [#""Rome""#, #""Paris""#, #""Bern""#, "7"])
        #expect(values.allSatisfy { $0["told"] == 1 })
        #expect(again.definition.content["also_said"]?.arrayValue?.count == 3)
    }

    // MARK: - Near-duplicates

    @Test func whatSaysTheSameBecomesOneWithLinksToAll() throws {
        let records = [
            Self.text("a", "The weekly backup of the billing database finished without errors", at: 1),
            Self.text("b", "Lunch was late", at: 2),
            Self.text("c", "the weekly backup of the Billing Database finished without any errors!", at: 3),
        ]
        let draft = ConsolidationDraft(records, merged: [])
        let merge = try #require(draft.merges.first)
        #expect(draft.merges.count == 1 && merge.members.map(\.id) == ["a", "c"])
        // The newest goes on for both.
        #expect(draft.records.map(\.id) == ["b", "c"])
        let made = try #require(draft.semantic(known: [:]).first)
        #expect(made.isMerged && made.definition.kind == .semantic)
        #expect(made.definition.content == records[2].definition.content)
        #expect(made.definition.references == ["c", "a"])
        let told = made.definition.context["consolidation"]
        #expect(told?["sources"] == 2 && told?["first"] == "1970-01-02T00:00:00.000Z")
        #expect(told?["last"] == "1970-01-04T00:00:00.000Z")
    }

    @Test(arguments: [
        ("Invoice 41 of the March delivery is paid", "Invoice 42 of the March delivery is paid"),
        ("The invoice of the March delivery is paid", "The invoice of the March delivery is not paid"),
        ("Die Rechnung der Lieferung im März ist bezahlt", "Die Rechnung der Lieferung im März ist nicht bezahlt"),
        ("Ada likes green tea", "Ada likes black coffee"),
    ])
    func whatDiffersInNumbersOrNegationsIsNotTheSame(left: String, right: String) {
        let draft = ConsolidationDraft([Self.text("a", left), Self.text("b", right)], merged: [])
        #expect(draft.merges.isEmpty && draft.records.count == 2)
    }

    @Test func furtherOnesJoinWhatStandsForTheSameAlready() throws {
        let words = "The weekly backup of the billing database finished without errors"
        let first = ConsolidationDraft([Self.text("a", words, at: 1), Self.text("b", words, at: 2)], merged: [])
        let made = try #require(first.semantic(known: [:]).first)
        let kept = Self.kept(made)
        let second = ConsolidationDraft([Self.text("c", words + "!", at: 5)], merged: [kept])
        #expect(second.ids == [made.id])
        let joined = try #require(second.semantic(known: [made.id: kept]).first)
        #expect(joined.definition.references == ["c", "b", "a"])
        #expect(joined.definition.content["text"] == .string(words + "!"))
        let late = ConsolidationDraft([Self.text("d", words + "?", at: 0)], merged: [kept])
        #expect(late.semantic(known: [made.id: kept]).first?.definition.content == kept.definition.content)
        #expect(joined.definition.context["consolidation"]?["sources"] == 3)
        #expect(joined.definition.context["consolidation"]?["first"] == "1970-01-02T00:00:00.000Z")
    }

    /// The pairs that are found by prefixes are those that comparing each with each finds.
    @Test(arguments: 1...5 as ClosedRange<UInt64>) func noPairIsMissed(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let words = (0..<30).map {
            "word\(["x", "y", "z"][$0 % 3])\(Character(Unicode.Scalar(97 + UInt8($0 % 26))))\($0 < 26 ? "q" : "r")"
        }
        let texts = (0..<150).map { _ in
            (0..<(4 + random.below(6))).map { _ in words[Int(random.below(12))] }.joined(separator: " ")
        }
        let analyzer = Analyzer()
        let all = texts.map { NearDuplicates.Text(.string($0), analyzer) }
        var leaders: [Int] = []
        var expected: [Int: [Int]] = [:]
        for index in all.indices {
            let leader = leaders.first { leader in
                let both = all[leader].terms.intersection(all[index].terms).count
                return Double(both) / Double(all[leader].terms.union(all[index].terms).count) >= 0.8
            }
            if let leader { expected[leader, default: [leader]].append(index) } else { leaders.append(index) }
        }
        let found = Dictionary(uniqueKeysWithValues: NearDuplicates.groups(all).map { ($0[0], $0) })
        #expect(found == expected && !expected.isEmpty)
    }

    // MARK: - Facts

    @Test func contradictionsKeepBothWithTheirTimes() throws {
        let records = [
            Self.memory("a", ["user": "Ada", "favorite_color": "blue", "text": "I love blue"], at: 1, importance: 0.3),
            Self.memory("b", ["user": "ada", "favorite_color": "green"], at: 9, importance: 0.8),
            Self.memory("c", ["user": "Ada", "favorite_color": "Blue"], at: 4),
            Self.memory("d", ["subject": "Bob", "attribute": "age", "value": 41], at: 2),
            Self.memory("e", ["color": "red"], at: 2),
        ]
        let made = ConsolidationDraft(records, merged: []).semantic(known: [:])
        #expect(made.count == 2)
        let color = try #require(made.first { $0.definition.content["attribute"] == "favorite_color" })
        #expect(color.isContradictory && color.definition.importance == 0.8)
        #expect(color.definition.content["value"] == "green" && color.definition.content["also_said"] == ["blue"])
        #expect(
            color.definition.context["consolidation"]?["values"] == [
                [
                    "value": "blue", "first": "1970-01-02T00:00:00.000Z", "last": "1970-01-05T00:00:00.000Z",
                    "told": 2,
                ],
                [
                    "value": "green", "first": "1970-01-10T00:00:00.000Z", "last": "1970-01-10T00:00:00.000Z",
                    "told": 1,
                ],
            ]
        )
        #expect(color.definition.references == ["b", "c", "a"])
        let age = try #require(made.first { $0.definition.content["attribute"] == "age" })
        #expect(!age.isContradictory && age.definition.content["value"] == 41)
    }

    @Test func whatIsToldLaterJoinsWhatIsKept() throws {
        let first = ConsolidationDraft([Self.memory("a", ["user": "Ada", "city": "Paris"], at: 1)], merged: [])
        let made = try #require(first.semantic(known: [:]).first)
        let kept = Self.kept(made)
        let second = ConsolidationDraft([Self.memory("b", ["user": "Ada", "city": "Rome"], at: 2)], merged: [])
        #expect(second.ids == [made.id])
        let joined = try #require(second.semantic(known: [made.id: kept]).first)
        #expect(joined.definition.content["value"] == "Rome" && joined.definition.content["also_said"] == ["Paris"])
        #expect(joined.definition.references == ["b", "a"])
        // An older one that comes late does not win.
        let late = ConsolidationDraft([Self.memory("c", ["user": "Ada", "city": "Oslo"], at: 0)], merged: [])
        #expect(late.semantic(known: [made.id: kept]).first?.definition.content["value"] == "Paris")
    }

    @Test func oneSourceTellsAValueOnceAndANumberIsItsDigits() throws {
        let source = Self.memory("a", ["subject": "Bob", "attribute": "age", "value": 41], at: 2)
        var draft = ConsolidationDraft([source], merged: [])
        let read = Fact(subject: "bob", attribute: "Age", value: "41", statement: "Bob is 41.", source: source)
        draft.add([read, read], by: "model")
        let made = try #require(draft.semantic(known: [:]).first)
        #expect(!made.isContradictory && made.definition.content["statement"] == "Bob is 41.")
        #expect(made.definition.context["consolidation"]?["values"]?.arrayValue?.first?["told"] == 1)
    }

    @Test func aTableOfFiguresIsNotTurnedIntoThousands() {
        var members: JSONObject = ["name": "meter"]
        for index in 0..<5_000 { members["k\(index)"] = JSONValue(index) }
        let draft = ConsolidationDraft([Self.memory("a", .object(members))], merged: [])
        #expect(draft.ids.count == Fact.mostOfOne)
    }

    @Test func whatIsMadeOfWhatIsForgottenIsForgottenToo() throws {
        func record(_ id: String, _ expiresAt: Int64?) -> MemoryRecord {
            MemoryRecord(
                id: id,
                definition: MemoryDefinition(content: ["user": "Ada", "city": "Paris"]),
                domain: "default",
                version: 1,
                sequence: 1,
                createdAt: 0,
                updatedAt: 0,
                expiresAt: expiresAt
            )
        }
        func expiry(_ records: [MemoryRecord]) -> [Int64?] {
            ConsolidationDraft(records, merged: []).semantic(known: [:]).map(\.expiresAt)
        }
        #expect(expiry([record("a", 5), record("b", 9)]) == [9, 9])
        #expect(expiry([record("a", 5), record("b", nil)]) == [nil, nil])
    }

    // MARK: - Summaries

    private static let talk = [
        "Shall we plan the trip to the lake in July?", "The trip to the lake needs a boat. Mom says hi.",
        "A boat for the lake can be rented in July.", "My cat has been sleeping all day on the sofa again.",
        "Then the lake trip in July is decided, with a rented boat.",
        "Great, I will book the boat for the trip tomorrow.",
    ]

    @Test func everySentenceOfAnExtractStandsInAMemory() throws {
        let records = Self.talk.enumerated().map {
            Self.text("m\($0.offset)", $0.element, at: Int64($0.offset), in: "trip")
        }
        var draft = ConsolidationDraft(records, merged: [])
        draft.addExtracts()
        let made = try #require(draft.semantic(known: [:]).first)
        #expect(made.id.hasPrefix("summary-") && made.definition.conversation == "trip")
        #expect(made.definition.context["consolidation"]?["method"] == "extraction")
        let summary = try #require(Summary(of: records))
        #expect(made.definition.content["summary"] == .string(summary.text))
        for sentence in summary.sentences { #expect(Self.talk[sentence.place].contains(sentence.text)) }
        // What everything is about is in, what nothing else speaks of is not.
        #expect(summary.text.contains("boat") && !summary.text.contains("cat"))
        #expect(summary.sentences.map(\.place) == summary.sentences.map(\.place).sorted())
        // Fewer are not summed up.
        var few = ConsolidationDraft(Array(records.prefix(5)), merged: [])
        few.addExtracts()
        #expect(few.semantic(known: [:]).isEmpty)
    }

    // MARK: - Models

    @Test func whatAModelSaysWithoutASourceIsNotTaken() throws {
        let records = Self.talk.enumerated().map {
            Self.text("m\($0.offset)", $0.element, at: Int64($0.offset), in: "trip")
        }
        let batch = try #require(ModelReading.batches(of: ConsolidationDraft(records, merged: [])).first)
        #expect(batch.records.count == 6 && batch.text.contains("[3] 1970-01-03T00:00:00.000Z A boat"))
        let reading = ModelReading(
            [
                "facts": [
                    [
                        "subject": "trip", "attribute": "month", "value": "July", "statement": "It is in July.",
                        "sources": [1, 3, 9],
                    ],
                    [
                        "subject": "trip", "attribute": "cost", "value": "900 euro", "statement": "It is dear.",
                        "sources": [2],
                    ],
                    ["subject": "trip", "attribute": "place", "value": "moon", "statement": "x", "sources": [0, 7]],
                    ["subject": "—", "attribute": "x", "value": "y", "statement": "x", "sources": [1]],
                ], "summary": " ",
            ],
            of: batch
        )
        #expect(reading.facts.map(\.source.id) == ["m0", "m2", "m1"] && reading.summary == nil)
        #expect(reading.facts.map(\.isGrounded) == [true, true, false])
    }
}
