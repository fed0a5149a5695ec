import Memory
import NovaContract
import NovaTestKit
import Testing

/// What is made of texts.
@Suite struct AnalyzerTests {
    private func terms(_ text: String) -> [String] { Analyzer().terms(.string(text)) }

    /// The words of a query, and for each whether it is in the text.
    private func words(_ query: JSONValue, in text: JSONValue) throws -> [(word: String, isThere: Bool)] {
        let analyzer = Analyzer()
        let kept = analyzer.analyze(text)
        let all = Set(kept.words + kept.beside)
        let texts = Analyzer.Texts(languages: kept.language.map { [$0: 1] } ?? [:]) { stem in
            kept.unstemmed.compactMap { word in
                analyzer.stems(of: word)[stem].map { Analyzer.Spelling(word: word, languages: $0) }
            }
        }
        return try analyzer.wanted(query, in: texts).filter { !$0.isField }.map { wanted in
            let isDivided = wanted.divisions.contains { division in
                zip(kept.words, kept.words.dropFirst()).contains {
                    division.left.contains($0) && division.right.contains($1)
                }
            }
            return (wanted.word, isDivided || wanted.terms.contains(where: all.contains))
        }
    }

    private func finds(_ query: JSONValue, in text: JSONValue) throws -> Bool {
        try words(query, in: text).contains { $0.isThere }
    }

    @Test func wordsAreLoweredFoldedAndCutToTheirStems() {
        #expect(terms("Running RUNNERS ran") == ["run", "runner", "ran"])
        #expect(terms("Café CAFÉ cafe\u{301}") == ["cafe", "cafe", "cafe"])
        #expect(terms("the cat's whiskers, don't you know") == terms("cats whisker know"))
        #expect(terms("") == [] && terms(" \n\t…— ") == [])
    }

    @Test func commonWordsAreLeftOutUnlessThereAreNoOthers() throws {
        #expect(terms("what was it that you did to the house") == ["hous"])
        #expect(!terms("to be or not to be").isEmpty)
        #expect(try finds(.string("to be or not to be"), in: .string("to be or not to be")))
    }

    @Test(arguments: [
        ("die Häuser in der Stadt sind nicht groß", "Haus Städte"),
        ("les maisons de la ville ne sont pas grandes", "maison"),
        ("las casas de la ciudad no son grandes", "casa"), ("le case della città non sono grandi", "casa"),
        ("os gatos da cidade nao sao grandes", "gato"), ("de huizen in de stad zijn niet groot", "stad"),
        ("katterna i staden ar inte stora", "katt"),
    ])
    func otherLanguagesAreStemmedToo(text: String, query: String) throws {
        #expect(try finds(.string(query), in: .string(text)))
    }

    @Test func otherScriptsAndPicturesAreWords() throws {
        #expect(try finds(.string("東京"), in: .string("昨日は東京へ行きました")))
        #expect(try !finds(.string("大阪"), in: .string("昨日は東京へ行きました")))
        #expect(try finds(.string("🎉"), in: .string("party 🎉 tonight")))
        #expect(try finds(.string("שלום"), in: .string("שלום עולם")))
        #expect(try finds(.string("мир"), in: .string("Привет, МИР!")))
        // Vowel points do not matter.
        #expect(try finds(.string("שָׁלוֹם"), in: .string("שלום")))
    }

    @Test func aFieldIsFoundByItsNameAndItsValueInIt() throws {
        let pair: JSONValue = ["color": "blue"]
        let analyzer = Analyzer()
        let wanted = try analyzer.wanted(pair, in: .init(languages: [.english: 1]))
        func matches(_ text: JSONValue) -> Int {
            let terms = analyzer.analyze(text)
            let kept = Set(terms.words + terms.beside)
            return wanted.count { $0.alternatives.contains(where: kept.contains) }
        }
        #expect(matches(["color": "blue"]) == 2)
        #expect(matches(["text": "the sky is blue, what a color"]) == 1)
        #expect(matches(["nested": ["list": [["color": "Blue"]]]]) == 2)
        #expect(try finds(.string("favorite color"), in: ["favorite_color": "green"]))
        #expect(try finds(.string("42"), in: ["answer": 42]) && finds(.string("true"), in: ["flag": true]))
    }

    @Test func termsAreOnlyASCIILettersAndDigits() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let scalars = (0..<40).compactMap { _ in Unicode.Scalar(UInt32(random.below(0x1_F9FF))) }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            let kept = Analyzer().analyze(.string(String(text) + "\" OR NEAR( * : ^ - ' ; DROP TABLE"))
            for term in kept.words + kept.beside {
                #expect(
                    !term.isEmpty && term.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
                )
            }
        }
    }

    @Test func whatIsStoredIsFoundByItsOwnText() throws {
        var random = SplitMix64(seed: 2)
        for _ in 0..<300 {
            let words = (0..<8).map { _ in
                String((0..<(2 + random.below(8))).map { _ in Character(Unicode.Scalar(UInt8(97 + random.below(26)))) })
            }
            let text = JSONValue.string(words.joined(separator: " "))
            #expect(try finds(text, in: text))
        }
    }

    @Test func onlyWhatSaysSomethingCountsForTheLengthAndAllIsKept() {
        let kept = Analyzer().analyze(.string("the cat is not on the mat"))
        #expect(kept.language == .english && kept.length == 2)
        #expect(kept.words == ["the", "cat", "is", "not", "on", "the", "mat"])
    }

    @Test(arguments: [
        ("l'hôpital", ["hopital"]), ("l’Hôpital", ["hopital"]), ("qu'elle", ["elle"]), ("d`école", ["ecole"]),
        ("aujourd'hui", ["aujourdhui"]), ("dell'ufficio", ["ufficio"]), ("un’amica", ["amica"]),
        ("jusqu'à l'aube", ["a", "aube"]), ("don't", ["dont"]), ("Ada's", ["ada"]), ("let's", ["lets"]),
        ("O'Brien", ["obrien"]), ("rock'n'roll", ["rocknroll"]), ("col·lecció", ["colleccio"]),
    ])
    func anElidedArticleIsNoPartOfTheWord(text: String, expected: [String]) throws {
        let asked = try words(.string(text), in: .string(text))
        #expect(asked.allSatisfy { $0.isThere })
        // A text of its own, where "a" is a word like others.
        let kept = Analyzer().analyze(.string("xyzzy " + text)).words
        for word in expected { #expect(kept.contains(word), "\(kept)") }
    }

    @Test(arguments: [
        ("getUserById", "user by id"), ("parseHTTPResponse", "http response"), ("theURLs", "url"),
        ("MAX_RETRY_COUNT", "maxRetryCount"), ("max-retry-count", "MaxRetryCount"), ("app.server.port", "server port"),
        ("10kg", "10 kg"), ("10 kg", "10kg"), ("room101", "room 101"), ("room 101", "room101"), ("covid-19", "covid19"),
        ("covid19", "Covid 19"), ("user2Name", "name"), ("5GHz", "5 ghz"), ("1,250 euros", "1250"), ("Wi-Fi", "wifi"),
        ("wifi", "Wi-Fi"), ("wifi", "wi fi"), ("e-mail", "email"), ("email", "e mail"), ("v1.2.3", "1.2.3"),
        ("U.S. economy", "US"), ("Straße", "STRASSE"), ("Łódź", "lodz"), ("Müller", "Mueller"), ("Mueller", "Müller"),
        ("Ångström", "Aangstroem"), ("Þór", "Thor"), ("ıspanak", "ispanak"), ("Đà Nẵng", "da nang"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full width"), ("ﬁnance", "finance"), ("cafe\u{301}", "café"), ("٣٢ كتاب", "32"),
    ])
    func whatIsWrittenInAnotherWayIsTheSame(text: String, query: String) throws {
        let asked = try words(.string(query), in: .string(text))
        #expect(!asked.isEmpty && asked.allSatisfy { $0.isThere }, "\(asked)")
    }

    @Test(arguments: [
        ("แมวกินปลา", "แมว", "ช้าง"), ("ແມວກິນປາ", "ແມວ", "ຊ້າງ"), ("ឆ្មាស៊ីត្រី", "ត្រី", "ផ្ទះ"), ("ကြောင်က ငါးစားတယ်", "ငါး", "အိမ်"),
        ("茶を飲む", "茶", "水"), ("我喜欢喝茶", "茶", "酒"), ("학교에 갔다", "학교", "병원"), ("물을 마신다", "물", "불"),
        ("ｶﾀｶﾅ", "カタカナ", "ひらがな"), ("がっこう", "か\u{3099}っこう", "びょういん"),
    ])
    func scriptsWithoutSpacesAreFoundByTheirParts(text: String, query: String, other: String) throws {
        let asked = try words(.string(query), in: .string(text))
        #expect(!asked.isEmpty && asked.allSatisfy { $0.isThere }, "\(asked)")
        #expect(try !finds(.string(other), in: .string(text)))
    }

    @Test func capitalsTellAnAcronymFromACommonWord() throws {
        for (query, text) in [
            ("IT", "our IT department moved"), ("WHO", "the WHO warns"), ("US", "the US economy grows"),
            ("vitamin A", "she takes vitamin A"), ("vitamin a", "Vitamin A helps"),
        ] {
            #expect(try words(.string(query), in: .string(text)).allSatisfy { $0.isThere }, "\(query)")
        }
        #expect(try words("vitamin A", in: "a vitamin D").map { $0.isThere } == [true, false])
        // Where everything is in capitals, they say nothing.
        let loud = Analyzer().analyze("IT IS RAINING AGAIN")
        #expect(!loud.beside.contains { $0.hasPrefix("zc") })
        // The same word in small letters is the last resort.
        #expect(try finds("IT", in: "it rains"))
    }

    @Test(arguments: [
        ("Offene Rechnungen Müller", "Rechnung"), ("Facturas pendientes García", "factura"),
        ("Openstaande facturen Jansen", "factuur"), ("Fatture scadute Rossi", "fattura"),
        ("Factures impayées Dupont", "facture"), ("Betalda fakturor Lind", "faktura"),
        ("Paid invoices Smith", "invoice"),
    ])
    func aTextTooShortToTellItsLanguageIsFoundByTheStemsOfAll(text: String, query: String) throws {
        #expect(Analyzer().analyze(.string(text)).language == nil)
        #expect(try finds(.string(query), in: .string(text)))
    }

    @Test func namesAndWordsWithoutEndAreCut() throws {
        let name = String(repeating: "n", count: 500_000)
        let content: JSONValue = [name: .array((0..<50_000).map { JSONValue($0) })]
        let kept = Analyzer().analyze(content)
        #expect(kept.words.count + kept.beside.count <= Analyzer.maximumTerms + 2)
        #expect((kept.words + kept.beside).allSatisfy { $0.utf8.count <= 130 })
        #expect(try finds(.string(name), in: content))
        let long = String(repeating: "é", count: 1_000)
        #expect(try finds(.string(long), in: .string(long)))
        _ = Analyzer().analyze(["v": -9_223_372_036_854_776_000.0, "w": .integer(.min), "x": .literal("1e999")])
    }

    @Test func aWordWithANumberIsNotEveryWordWithAnother() throws {
        #expect(try !finds("room101", in: "room102") && !finds("zebra5", in: "zebra 6"))
        #expect(try !finds("10kg", in: "12kg") && !finds("3b12f0", in: "3b12f1"))
    }
}
