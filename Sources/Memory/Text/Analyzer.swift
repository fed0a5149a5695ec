package import NovaContract

/// Makes of a text what is looked for: stems of its words, and which field each word is in.
///
/// Not for two tasks at once: stemmers keep their state.
package final class Analyzer {
    /// What is kept of one text: ASCII letters and digits only.
    package struct Terms: Sendable, Equatable {
        /// Its words in their order, the common ones too.
        package var words: [String] = []
        /// What else it is found by: words with their fields, names of fields, other ways to write a word.
        package var beside: [String] = []
        /// How many of the words are not common, which is the text's length.
        package var length = 0
        /// Whose stems the words are; nil: it is too short to tell, and the words are as they are written.
        package var language: Language?
        /// Then those of them that a language may have a stem for.
        package var unstemmed: Set<String> = []

        /// As it stands in the index: what comes behind the bar is not in the order of the text.
        package var text: String {
            beside.isEmpty
                ? words.joined(separator: " ")
                : words.joined(separator: " ") + " | " + beside.joined(separator: " ")
        }
    }

    /// A word of a text whose language is not known, and the languages in which it has a certain stem.
    package struct Spelling: Sendable, Equatable {
        package let word: String
        package let languages: LanguageSet

        package init(word: String, languages: LanguageSet) {
            self.word = word
            self.languages = languages
        }
    }

    /// What texts a query is asked of.
    package struct Texts {
        /// How many texts are known to be in which language.
        let languages: [Language: Int]
        /// Of a stem: how texts whose language is not known have it.
        let spellings: (_ stem: String) throws -> [Spelling]

        package init(
            languages: [Language: Int],
            spellings: @escaping (_ stem: String) throws -> [Spelling] = { _ in [] }
        ) {
            self.languages = languages
            self.spellings = spellings
        }
    }

    /// One word of a query: terms any of which it may be, and how it was written.
    package struct Wanted: Sendable, Equatable {
        package let word: String
        package var alternatives: [String]
        /// Terms that it may be as well, though that is less likely: stems of other languages.
        package var loose: [String] = []
        /// What it may be where no text has any of the others.
        package var lastResort: [String] = []
        /// Whether it is a word in a field, beside the word itself.
        package let isField: Bool
        /// How a text may have it in two words.
        package var divisions: [Division] = []

        /// All terms that are looked for, in no order.
        package var terms: [String] { alternatives + loose + lastResort }

        /// The same where it is known in how many texts each term is: what no text has is not looked for.
        package func settled(_ frequency: (String) -> Int) -> Wanted {
            var settled = self
            settled.alternatives = alternatives.filter { frequency($0) > 0 }
            settled.loose = loose.filter { frequency($0) > 0 }
            if settled.alternatives.isEmpty, settled.loose.isEmpty { settled.alternatives = lastResort }
            settled.lastResort = []
            return settled
        }
    }

    /// A word as two words, one behind the other: each as the terms any of which it may be.
    package struct Division: Sendable, Equatable {
        package let left: [String]
        package let right: [String]

        /// What stands for it among the terms of a word: none of them has a blank.
        package var term: String { (left.first ?? "") + " " + (right.first ?? "") }
    }

    package static let maximumTerms = 100_000
    private var stemmers: [Language: Stemmer] = [:]
    /// Of words that were stemmed before: most texts have most words in common.
    private var known: [Language: [String: String]] = [:]

    package init() {}

    // MARK: - Texts

    package func analyze(_ content: JSONValue) -> Terms {
        let fields = Fields(content).all
        let all = fields.flatMap(\.words.tokens)
        let language = Language.detect(all.map(\.word))
        let common = Self.common(all, language ?? .english)
        var found = Terms(language: language)
        var other: Set<String> = []
        func term(_ word: String) -> String {
            if language == nil, Self.isPlain(word) { found.unstemmed.insert(word) }
            return Self.encoded(language.map { stem(word, $0) } ?? word)
        }
        func addBeside(_ term: String) {
            if other.insert(term).inserted { found.beside.append(term) }
        }
        for field in fields {
            for token in field.words.tokens {
                guard found.words.count + found.beside.count < Self.maximumTerms else { return found }
                let own = term(token.word)
                found.words.append(own)
                if let spelled = token.spelled { addBeside(term(spelled)) }
                if token.isCapital, Self.isAmbiguous(token.word) { addBeside(Self.capital(token.word)) }
                guard !common(token) else { continue }
                found.length += 1
                if let name = field.name { found.beside.append(Self.pair(name, own)) }
            }
            for word in field.words.beside { addBeside(term(word)) }
            for word in field.nameWords { found.beside.append(term(word)) }
        }
        return found
    }

    /// Stems of the words that say what a text is about, those of fields a second time with their field: what texts are
    /// compared by.
    package func terms(_ content: JSONValue) -> [String] {
        let fields = Fields(content).all
        let all = fields.flatMap(\.words.tokens)
        let language = Language.detect(all.map(\.word)) ?? .english
        let common = Self.common(all, language)
        var terms: [String] = []
        for field in fields {
            for token in field.words.tokens where !common(token) {
                guard terms.count < Self.maximumTerms else { return terms }
                let term = Self.encoded(stem(token.word, language))
                terms.append(term)
                if let name = field.name { terms.append(Self.pair(name, term)) }
            }
            for word in field.nameWords { terms.append(Self.encoded(stem(word, language))) }
        }
        return terms
    }

    /// The stems that a word has, each with the languages in which it is that.
    package func stems(of word: String) -> [String: LanguageSet] {
        var stems: [String: LanguageSet] = [:]
        for language in Language.allCases { stems[stem(word, language), default: []].formUnion(language.set) }
        return stems
    }

    // MARK: - Queries

    /// Each word once.
    package func wanted(_ content: JSONValue, in texts: Texts) throws -> [Wanted] {
        let fields = Fields(content).all
        let all = fields.flatMap(\.words.tokens)
        let likely = Likely(Language.detect(all.map(\.word)), texts.languages)
        let common = Self.common(all, likely.first)
        let areAllCommon = all.allSatisfy { likely.first.stopWords.contains($0.word) || $0.isElided }
        var wanted: [Wanted] = []
        var seen: Set<[String]> = []
        func add(_ one: Wanted) {
            if seen.insert(one.alternatives + one.loose).inserted { wanted.append(one) }
        }
        for field in fields {
            let tokens = field.words.tokens
            for (place, token) in tokens.enumerated() where wanted.count < Self.maximumWanted {
                // "Vitamin a": an article would have a word behind it.
                let isLetter = token.isCapital || (place > 0 && place == tokens.count - 1 && token.word.utf8.count == 1)
                if isLetter, likely.first.stopWords.contains(token.word) {
                    let capital = [Self.capital(token.word)]
                    let lower = areAllCommon ? [Self.encoded(stem(token.word, likely.first)), token.word] : []
                    add(Wanted(word: token.word, alternatives: capital, lastResort: lower, isField: false))
                    continue
                }
                guard !common(token) else {
                    // "To-do" is a word where "to" and "do" are none.
                    if let whole = token.whole, !areAllCommon {
                        let forms = try forms(of: [whole], likely, texts)
                        add(Wanted(word: whole, alternatives: forms.likely, loose: forms.loose, isField: true))
                    }
                    continue
                }
                var ways = [token.word]
                if let spelled = token.spelled { ways.append(spelled) }
                if let whole = token.whole { ways.append(whole) }
                if !token.isDense { ways += Self.joined(tokens, place) }
                let forms = try forms(of: ways, likely, texts)
                var one = Wanted(
                    word: token.word,
                    alternatives: forms.likely,
                    loose: (forms.loose + (token.loose.map { [Self.encoded($0)] } ?? [])).sorted(),
                    isField: false
                )
                one.divisions = divisions(of: token, likely)
                add(one)
                if let name = field.name {
                    let pairs = forms.likely.map { Self.pair(name, $0) }.sorted()
                    add(Wanted(word: "\(name): \(token.word)", alternatives: pairs, isField: true))
                }
            }
        }
        return Array(wanted.prefix(Self.maximumWanted))
    }

    /// A query as long as a book asks for its first words only.
    private static let maximumWanted = 256
    /// Of one word.
    private static let maximumForms = 32
    /// Letters of a word that is looked for in two words as well.
    private static let divided = 4...20

    /// Languages that a word of a query is likely to be in.
    private struct Likely {
        let first: Language
        var likely: Set<Language>
        /// Those that the texts have besides.
        var others: Set<Language>

        init(_ own: Language?, _ texts: [Language: Int]) {
            let all = texts.values.reduce(0, +)
            let most = texts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
            first = own ?? most?.key ?? .english
            likely = Set(texts.filter { $0.value * 20 >= all && $0.value > 0 }.keys).union([first])
            others = Set(texts.filter { $0.value > 0 }.keys).subtracting(likely)
        }

        var set: LanguageSet { likely.reduce(into: []) { $0.formUnion($1.set) } }
    }

    private func forms(of words: [String], _ languages: Likely, _ texts: Texts) throws -> (
        likely: [String], loose: [String]
    ) {
        var likely = Set(words)
        var loose: Set<String> = []
        for word in words where Self.isPlain(word) {
            for language in languages.likely { likely.insert(stem(word, language)) }
            for language in languages.others { loose.insert(stem(word, language)) }
            for (stem, set) in stems(of: word) {
                for spelling in try texts.spellings(stem) {
                    let shared = set.intersection(spelling.languages)
                    if shared.isEmpty { continue }
                    if shared.isDisjoint(with: languages.set) {
                        loose.insert(spelling.word)
                    } else {
                        likely.insert(spelling.word)
                    }
                }
            }
        }
        loose.subtract(likely)
        func told(_ words: Set<String>) -> [String] {
            words.map(Self.encoded).sorted().prefix(Self.maximumForms).map(\.self)
        }
        return (told(likely), told(loose))
    }

    private func divisions(of token: Words.Token, _ languages: Likely) -> [Division] {
        func terms(_ part: String) -> [String] {
            [Self.encoded(part)]
                + Set(languages.likely.map { Self.encoded(stem(part, $0)) }).subtracting([Self.encoded(part)]).sorted()
        }
        if token.pieces.count == 2 { return [Division(left: terms(token.pieces[0]), right: terms(token.pieces[1]))] }
        let word = token.word
        guard Self.isPlain(word), Self.divided.contains(word.utf8.count) else { return [] }
        return (1...word.utf8.count - 2).map {
            Division(left: terms(String(word.prefix($0))), right: terms(String(word.dropFirst($0))))
        }
    }

    /// A word written together with the one before it, and with the one behind it.
    private static func joined(_ tokens: [Words.Token], _ place: Int) -> [String] {
        [place - 1, place].compactMap { first in
            guard first >= 0, first + 1 < tokens.count else { return nil }
            let (left, right) = (tokens[first], tokens[first + 1])
            guard !left.isDense, !right.isDense, !left.isElided else { return nil }
            let both = left.word + right.word
            return both.utf8.count <= Words.maximumBytes ? both : nil
        }
    }

    // MARK: - Words

    /// Tells words that say nothing; none, where all are such words.
    private static func common(_ all: [Words.Token], _ language: Language) -> (Words.Token) -> Bool {
        let stopWords = language.stopWords
        guard all.contains(where: { !$0.isElided && !stopWords.contains($0.word) }) else { return { _ in false } }
        return { $0.isElided || stopWords.contains($0.word) }
    }

    /// Whether it is a common word of any language, so that its capitals tell that another is meant.
    private static func isAmbiguous(_ word: String) -> Bool { Language.isStopWord(word) }

    /// Letters of which languages have stems.
    private static func isPlain(_ word: String) -> Bool { word.utf8.allSatisfy { (0x61...0x7A).contains($0) } }

    private func stem(_ word: String, _ language: Language) -> String {
        guard Self.isPlain(word) else { return word }
        if let stem = known[language]?[word] { return stem }
        let stemmer = stemmers[language] ?? Stemmer(language)
        stemmers[language] = stemmer
        let stem = stemmer?.stem(word) ?? word
        if known[language, default: [:]].count > 100_000 { known[language] = [:] }
        known[language, default: [:]][word] = stem
        return stem
    }

    // MARK: - Terms

    /// As it stands in the index, whose tokenizer knows ASCII only.
    private static func encoded(_ word: String) -> String {
        if word.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }) { return word }
        var bytes = Array("zu".utf8)
        for byte in word.utf8 {
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func capital(_ word: String) -> String { encoded("zc" + word) }

    /// A word in a field: the FNV-1a hash of both.
    private static func pair(_ name: String, _ term: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        name.utf8.forEach(add)
        add(0x1F)
        term.utf8.forEach(add)
        return "zp" + String(hash, radix: 36)
    }
}

/// The texts of a content, with the members that hold them.
private struct Fields {
    struct Field {
        /// The name of the member that holds the text, cut; nil at the top.
        let name: String?
        let nameWords: [String]
        var words = Words()
    }

    private(set) var all: [Field] = []
    private var named: Set<String> = []
    private var count = 0

    /// Bytes of a name that count: a longer one is found by its beginning.
    private static let maximumName = 200

    init(_ content: JSONValue) { walk(content, nil) }

    private mutating func walk(_ value: JSONValue, _ name: String?) {
        guard count < Analyzer.maximumTerms else { return }
        switch value {
        case .null: return
        case .object(let members):
            for (key, member) in members.sortedMembers { walk(member, Self.cut(key)) }
        case .array(let elements):
            for element in elements { walk(element, name) }
        case .string(let text): add(text, name)
        default: add(value.jsonString, name)
        }
    }

    private static func cut(_ name: String) -> String {
        name.utf8.count <= maximumName ? name : String(decoding: name.utf8.prefix(maximumName), as: UTF8.self)
    }

    private mutating func add(_ text: String, _ name: String?) {
        let lowered = name?.lowercased()
        if all.last?.name != lowered || all.isEmpty {
            // The name of a field is said once, however often the field is there.
            let isNew = name.map { named.insert($0).inserted } ?? false
            all.append(Field(name: lowered, nameWords: isNew ? Words.split(name ?? "") : []))
        }
        let before = all[all.count - 1].words.tokens.count
        all[all.count - 1].words.read(text)
        count += 1 + all[all.count - 1].words.tokens.count - before
    }
}
