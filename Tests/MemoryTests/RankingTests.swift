import Foundation
import Memory
import NovaContract
import Testing

/// The order of what is found.
@Suite struct RankingTests {
    private static let now: Int64 = 1_700_000_000_000

    private func candidate(
        _ id: String,
        _ lexical: Double,
        semantic: Double? = nil,
        daysAgo: Int64 = 0,
        importance: Double = 0.5,
        terms: String = ""
    ) -> Ranking.Candidate {
        Ranking.Candidate(
            id: id,
            lexical: lexical,
            semantic: semantic,
            time: Self.now - daysAgo * 86_400_000,
            importance: importance,
            terms: terms.isEmpty ? id : terms
        )
    }

    private func query(_ members: JSONObject = [:]) throws -> MemoryQuery {
        try MemoryQuery(body: .object(members.merging(["content": ["q": "x"]]) { own, _ in own }))
    }

    private func order(_ candidates: [Ranking.Candidate], _ members: JSONObject = [:]) throws -> [String] {
        Ranking(try query(members), now: Self.now).rank(candidates).ranked.map(\.candidate.id)
    }

    @Test func theMoreRelevantComesFirst() throws {
        #expect(try order([candidate("b", 1), candidate("a", 3), candidate("c", 2)]) == ["a", "c", "b"])
        #expect(try order([candidate("b", 1), candidate("a", 3), candidate("c", 2)], ["limit": 2]) == ["a", "c"])
    }

    @Test func whatBothSearchesFindComesBeforeWhatOneFinds() throws {
        let both = [
            candidate("words", 9, semantic: -0.1), candidate("meaning", 0, semantic: 0.9),
            candidate("both", 8, semantic: 0.8),
        ]
        #expect(try order(both).first == "both")
    }

    @Test func recencyAndImportanceCountAsTheyAreWeighed() throws {
        let two = [candidate("old", 2, daysAgo: 300, importance: 1), candidate("new", 1, importance: 0)]
        #expect(try order(two, ["weights": ["recency": 0, "importance": 0]]) == ["old", "new"])
        #expect(try order(two, ["weights": ["recency": 10, "importance": 0]]) == ["new", "old"])
        #expect(try order(two, ["weights": ["recency": 10, "importance": 100]]) == ["old", "new"])
        let order = Ranking(try query(["half_life": 86_400]), now: Self.now).rank([candidate("a", 1, daysAgo: 2)])
        #expect(abs((order.ranked.first?.recency ?? 0) - 0.25) < 1e-9)
    }

    @Test func nearDuplicatesComeOnce() throws {
        let words = (0..<20).map { "w\($0)" }.joined(separator: " ")
        let alike = (0..<5).map { candidate("d\($0)", 10 - Double($0), terms: words) } + [candidate("other", 1)]
        #expect(try order(alike) == ["d0", "other"])
        #expect(try order(alike, ["diversity": 0]).count == 6)
    }

    @Test func bm25IsThatOfItsFormula() throws {
        let wanted = try Analyzer().wanted(["text": "run house"], in: .init(languages: [.english: 1]))
        let score = LexicalScore(wanted, documents: 10, averageLength: 4) { $0 == "run" ? 2 : $0 == "hous" ? 5 : 0 }
        let found = score.score(["run": 3, "hous": 1], length: 8)
        let idf = { (count: Double) in log(1 + (10 - count + 0.5) / (count + 0.5)) }
        let norm = LexicalScore.k1 * (1 - LexicalScore.b + LexicalScore.b * 2)
        let exact = idf(2) * 3 * (LexicalScore.k1 + 1) / (3 + norm) + idf(5) * (LexicalScore.k1 + 1) / (1 + norm)
        #expect(abs(found.value - exact) < 1e-9)
        #expect(found.words == ["run", "house"] && found.coverage == 1)
        #expect(score.score([:], length: 3).value == 0)
        let half = score.score(["run": 1], length: 3)
        #expect(half.coverage > 0.5 && half.coverage < 1)
    }

    private func candidates(_ texts: [String], alike: Double = 1) -> [Ranking.Candidate] {
        texts.enumerated().map { place, text in
            candidate(
                "t\(place)",
                10 * (1 - alike * Double(place) * 0.001),
                daysAgo: Int64(1_000 - place),
                terms: Analyzer().analyze(.string(text)).text
            )
        }
    }

    @Test func ofEqualsTheNewerComesFirstWhateverItsId() throws {
        let same = [candidate("a", 2, daysAgo: 300), candidate("b", 2, daysAgo: 10), candidate("c", 2, daysAgo: 1_000)]
        #expect(try order(same) == ["b", "a", "c"])
        #expect(try order(same.reversed()) == ["b", "a", "c"])
        #expect(try order(same, ["weights": ["recency": 0]]) == ["b", "a", "c"])
        // What is about as good is an equal; what is clearly better is not.
        #expect(try order([candidate("old", 2.1, daysAgo: 90), candidate("new", 2)]) == ["new", "old"])
        #expect(try order([candidate("old", 4, daysAgo: 90), candidate("new", 2)]) == ["old", "new"])
    }

    @Test(arguments: [
        [
            "Ada is allergic to penicillin and has to tell every doctor so that nobody gives it to her by mistake",
            "Ada is not allergic to penicillin and has to tell every doctor so that nobody gives it to her by mistake",
        ],
        (1...10).map {
            "Invoice 2026-00\($0) to Müller for the delivery of March about \($0 * 120).50 euros is unpaid"
        },
        [
            "On Monday Alice paid Bob five hundred for the repair of the roof of the old house by the lake in the north",
            "On Monday Bob paid Alice five hundred for the repair of the roof of the old house by the lake in the north",
        ],
        [
            "The nightly backup of the billing database to the store in Frankfurt has finished after about an hour of work",
            "The nightly backup of the tracking database to the store in Frankfurt has finished after about an hour of work",
        ],
    ])
    func whatDiffersInOneWordThatMattersIsNotPassedOver(texts: [String]) throws {
        #expect(Set(try order(candidates(texts))).count == texts.count)
    }

    @Test func whatIsPassedOverIsCounted() throws {
        let text = "The backup of the billing database finished without errors in the night to Sunday"
        let some = candidates([text, text + "!", text.uppercased(), "Lunch was late"])
        let order = Ranking(try query(), now: Self.now).rank(some)
        #expect(order.ranked.map(\.candidate.id) == ["t3", "t2"])
        #expect(order.repetitions == 2)
    }
}
