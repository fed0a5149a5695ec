package import NovaContract

/// Finds memories that say the same in almost the same words.
///
/// Two are near-duplicates where they share four fifths of their terms (Jaccard) and have the same numbers and the same
/// negations: "invoice 41 is paid" and "invoice 42 is not paid" are not. Pairs are found by the rarest terms of each (prefix
/// filtering: Bayardo, Ma, Srikant, Scaling Up All Pairs Similarity Search, WWW 2007).
package enum NearDuplicates {
    package struct Text: Sendable {
        package let terms: Set<String>
        /// What must be the same.
        let decisive: Set<String>

        package init(_ content: JSONValue, _ analyzer: Analyzer) {
            terms = Set(analyzer.terms(content))
            let words = Words.split(Prose.of(content))
            decisive = Set(
                words.filter { word in
                    NearDuplicates.negations.contains(word)
                        || word.unicodeScalars.contains { $0.properties.numericType != nil }
                }
            )
        }
    }

    static let threshold = 0.8

    /// Of the languages that are stemmed, as words are split: without accents.
    static let negations: Set<String> = [
        "no", "not", "never", "none", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "wont", "cant",
        "cannot",
        "couldnt", "shouldnt", "wouldnt", "havent", "hasnt", "hadnt", "without", "nicht", "kein", "keine", "keinen",
        "keiner",
        "keinem", "nie", "niemals", "ohne", "ne", "pas", "jamais", "sans", "nunca", "jamas", "sin", "non", "mai",
        "senza", "nao",
        "sem", "niet", "geen", "nooit", "zonder", "inte", "aldrig", "utan", "false", "true",
    ]

    /// The same as texts are indexed, whatever their language.
    static let negationTerms: Set<String> = {
        let analyzer = Analyzer()
        return negations.union(negations.flatMap { analyzer.stems(of: $0).keys })
    }()

    /// Indices of those that are alike, the first of them in front; only where there are two or more.
    ///
    /// Each is compared with the first of a group, so that a group does not drift from one text to another.
    package static func groups(_ texts: [Text]) -> [[Int]] {
        var frequencies: [String: Int] = [:]
        for text in texts { for term in text.terms { frequencies[term, default: 0] += 1 } }
        var groups: [[Int]] = []
        var leaders: [String: [Int]] = [:]
        for (index, text) in texts.enumerated() {
            let prefix = Self.prefix(of: text.terms, frequencies)
            let candidates = Set(prefix.flatMap { leaders[$0] ?? [] }).sorted()
            if let group = candidates.first(where: { isAlike(texts[groups[$0][0]], text) }) {
                groups[group].append(index)
            } else {
                for term in prefix { leaders[term, default: []].append(groups.count) }
                groups.append([index])
            }
        }
        return groups.filter { $0.count > 1 }
    }

    /// The rarest terms: of two texts that are alike, these have at least one in common.
    private static func prefix(of terms: Set<String>, _ frequencies: [String: Int]) -> ArraySlice<String> {
        let order = terms.sorted { (frequencies[$0] ?? 0, $0) < (frequencies[$1] ?? 0, $1) }
        return order.prefix(order.count - Int((threshold * Double(order.count)).rounded(.up)) + 1)
    }

    static func isAlike(_ left: Text, _ right: Text) -> Bool {
        guard !left.terms.isEmpty, left.decisive == right.decisive else { return false }
        let both = left.terms.intersection(right.terms).count
        return Double(both) / Double(left.terms.count + right.terms.count - both) >= threshold
    }
}
