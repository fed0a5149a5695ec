import Memory
import NovaContract
import NovaTestKit
import Testing

/// What is made of texts.
@Suite struct AnalyzerTests {
    private func terms(_ text: String) -> [String] { Analyzer().analyze(.string(text)).terms }

    private func finds(_ query: JSONValue, in text: JSONValue) -> Bool {
        let analyzer = Analyzer()
        let kept = Set(analyzer.analyze(text).terms)
        return analyzer.wanted(query, languages: Set(Language.allCases)).contains { wanted in
            wanted.alternatives.contains(where: kept.contains)
        }
    }

    @Test func wordsAreLoweredFoldedAndCutToTheirStems() {
        #expect(terms("Running RUNNERS ran") == ["run", "runner", "ran"])
        #expect(terms("Café CAFÉ cafe\u{301}") == ["cafe", "cafe", "cafe"])
        #expect(terms("the cat's whiskers, don't you know") == terms("cats whisker know"))
        #expect(terms("") == [] && terms(" \n\t…— ") == [])
    }

    @Test func commonWordsAreLeftOutUnlessThereAreNoOthers() {
        #expect(terms("what was it that you did to the house") == ["hous"])
        #expect(!terms("to be or not to be").isEmpty)
        #expect(finds(.string("to be or not to be"), in: .string("to be or not to be")))
    }

    @Test(arguments: [
        ("die Häuser in der Stadt sind nicht groß", "Haus Städte"),
        ("les maisons de la ville ne sont pas grandes", "maison"),
        ("las casas de la ciudad no son grandes", "casa"), ("le case della città non sono grandi", "casa"),
        ("os gatos da cidade nao sao grandes", "gato"), ("de huizen in de stad zijn niet groot", "stad"),
        ("katterna i staden ar inte stora", "katt"),
    ])
    func otherLanguagesAreStemmedToo(text: String, query: String) {
        #expect(finds(.string(query), in: .string(text)))
    }

    @Test func otherScriptsAndPicturesAreWords() {
        #expect(finds(.string("東京"), in: .string("昨日は東京へ行きました")))
        #expect(!finds(.string("大阪"), in: .string("昨日は東京へ行きました")))
        #expect(finds(.string("🎉"), in: .string("party 🎉 tonight")))
        #expect(finds(.string("שלום"), in: .string("שלום עולם")))
        #expect(finds(.string("мир"), in: .string("Привет, МИР!")))
        // Vowel points do not matter.
        #expect(finds(.string("שָׁלוֹם"), in: .string("שלום")))
    }

    @Test func aFieldIsFoundByItsNameAndItsValueInIt() {
        let pair: JSONValue = ["color": "blue"]
        let analyzer = Analyzer()
        let wanted = analyzer.wanted(pair, languages: [])
        func matches(_ text: JSONValue) -> Int {
            let kept = Set(analyzer.analyze(text).terms)
            return wanted.count { $0.alternatives.contains(where: kept.contains) }
        }
        #expect(matches(["color": "blue"]) == 2)
        #expect(matches(["text": "the sky is blue, what a color"]) == 1)
        #expect(matches(["nested": ["list": [["color": "Blue"]]]]) == 2)
        #expect(finds(.string("favorite color"), in: ["favorite_color": "green"]))
        #expect(finds(.string("42"), in: ["answer": 42]) && finds(.string("true"), in: ["flag": true]))
    }

    @Test func termsAreOnlyASCIILettersAndDigits() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let scalars = (0..<40).compactMap { _ in Unicode.Scalar(UInt32(random.below(0x1_F9FF))) }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            for term in terms(String(text) + "\" OR NEAR( * : ^ - ' ; DROP TABLE") {
                #expect(
                    !term.isEmpty && term.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
                )
            }
        }
    }

    @Test func whatIsStoredIsFoundByItsOwnText() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<300 {
            let words = (0..<8).map { _ in
                String((0..<(2 + random.below(8))).map { _ in Character(Unicode.Scalar(UInt8(97 + random.below(26)))) })
            }
            let text = JSONValue.string(words.joined(separator: " "))
            #expect(finds(text, in: text))
        }
    }
}
