package import NovaContract

/// Makes of a text what is looked for: stems of its words, and which field each word is in.
///
/// Not for two tasks at once: stemmers keep their state.
package final class Analyzer {
    /// What is kept of one text.
    package struct Terms: Sendable, Equatable {
        /// With repetitions; ASCII letters and digits only.
        package var terms: [String] = []
        /// How many of them are words, which is the text's length.
        package var length = 0
        package var language = Language.english
    }

    /// One word of a query: terms any of which it may be, and how it was written.
    package struct Wanted: Sendable, Equatable {
        package let word: String
        package let alternatives: [String]
        /// Whether it is a word in a field, beside the word itself.
        package let isField: Bool
    }

    package static let maximumTerms = 100_000
    private var stemmers: [Language: Stemmer] = [:]
    /// Of words that were stemmed before: most texts have most words in common.
    private var stems: [Language: [String: String]] = [:]

    package init() {}

    // MARK: - Texts

    package func analyze(_ content: JSONValue) -> Terms {
        let fields = Self.fields(of: content)
        let all = fields.flatMap(\.words)
        let language = Language.detect(all) ?? .english
        let kept = keptWords(all, language)
        var found = Terms(language: language)
        for field in fields {
            for word in field.words where kept.map({ $0.contains(word) }) ?? true {
                guard found.terms.count < Self.maximumTerms else { return found }
                let term = Self.encoded(stem(word, language))
                found.terms.append(term)
                found.length += 1
                if let name = field.name { found.terms.append(Self.pair(name, term)) }
            }
            for word in field.nameWords { found.terms.append(Self.encoded(stem(word, language))) }
        }
        return found
    }

    // MARK: - Queries

    /// Each word once.
    ///
    /// - Parameter languages: of the texts that are searched, so that a short query needs none of its own.
    package func wanted(_ content: JSONValue, languages: Set<Language>) -> [Wanted] {
        let fields = Self.fields(of: content)
        let all = fields.flatMap(\.words)
        let own = Language.detect(all) ?? .english
        let kept = keptWords(all, own)
        let spoken = languages.union([own]).sorted { $0.rawValue < $1.rawValue }
        var wanted: [Wanted] = []
        var known: Set<[String]> = []
        func add(_ word: String, _ alternatives: [String], isField: Bool) {
            let sorted = Array(Set(alternatives)).sorted()
            if known.insert(sorted).inserted {
                wanted.append(Wanted(word: word, alternatives: sorted, isField: isField))
            }
        }
        for field in fields {
            for word in field.words where kept.map({ $0.contains(word) }) ?? true {
                let terms = spoken.map { Self.encoded(stem(word, $0)) }
                add(word, terms, isField: false)
                if let name = field.name { add("\(name): \(word)", terms.map { Self.pair(name, $0) }, isField: true) }
            }
        }
        return Array(wanted.prefix(Self.maximumWanted))
    }

    /// A query as long as a book asks for its first words only.
    private static let maximumWanted = 256

    // MARK: - Words

    /// Words that are not common; nil where all are, so that they are all there is.
    private func keptWords(_ words: [String], _ language: Language) -> Set<String>? {
        let kept = Set(words).subtracting(language.stopWords)
        return kept.isEmpty ? nil : kept
    }

    private func stem(_ word: String, _ language: Language) -> String {
        if let known = stems[language]?[word] { return known }
        let stemmer = stemmers[language] ?? Stemmer(language)
        stemmers[language] = stemmer
        let stem = stemmer?.stem(word) ?? word
        if stems[language, default: [:]].count > 100_000 { stems[language] = [:] }
        stems[language, default: [:]][word] = stem
        return stem
    }

    // MARK: - Fields

    private struct Field {
        /// The name of the member that holds the text; nil at the top.
        let name: String?
        let nameWords: [String]
        let words: [String]
    }

    private static func fields(of content: JSONValue) -> [Field] {
        var fields: [Field] = []
        var named: Set<String> = []
        func walk(_ value: JSONValue, _ name: String?) {
            switch value {
            case .null: return
            case .object(let members):
                for (key, member) in members.sortedMembers { walk(member, key) }
            case .array(let elements):
                for element in elements { walk(element, name) }
            case .string(let text): add(text, name)
            case .bool, .integer, .number, .literal: add(value.jsonString, name)
            }
        }
        func add(_ text: String, _ name: String?) {
            // The name of a field is said once, however often the field is there.
            let isNew = name.map { named.insert($0).inserted } ?? false
            fields.append(
                Field(
                    name: name?.lowercased(),
                    nameWords: isNew ? Words.split(name?.replacing("_", with: " ") ?? "") : [],
                    words: Words.split(text)
                )
            )
        }
        walk(content, nil)
        return fields
    }

    // MARK: - Terms

    /// As it stands in the index, whose tokenizer knows ASCII only.
    private static func encoded(_ word: String) -> String {
        if word.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }) { return word }
        return "zu" + word.utf8.map { hexadecimal($0) }.joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
    }

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
