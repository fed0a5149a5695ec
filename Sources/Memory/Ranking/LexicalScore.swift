import Foundation

/// BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009), over words that may be written in several ways.
package struct LexicalScore: Sendable {
    /// How soon a word that is there often counts no more; texts are short, so less than the usual 1.2.
    package static let k1 = 0.9
    /// How much a long text is held against it; less than the usual 0.75, for the same reason.
    package static let b = 0.4

    /// What a stem of a language that is less likely counts beside one of a likely one.
    private static let looseShare = 0.6

    private let weights: [(wanted: Analyzer.Wanted, weight: Double)]
    private let averageLength: Double

    /// - Parameter frequency: in how many documents a term is.
    package init(
        _ wanted: [Analyzer.Wanted],
        documents: Int,
        averageLength: Double,
        frequency: (String) throws -> Int
    ) rethrows {
        let total = Double(documents)
        self.averageLength = max(1, averageLength)
        weights = try wanted.map { each in
            func found(_ terms: [String]) throws -> Double {
                min(total, try terms.reduce(0) { $0 + Double(try frequency($1)) })
            }
            let likely = try found(each.alternatives)
            let count = likely > 0 ? likely : try found(each.loose)
            return (each, log(1 + (total - count + 0.5) / (count + 0.5)))
        }
    }

    package struct Score: Sendable, Equatable {
        package let value: Double
        /// Words of the query that are there, as they were written.
        package let words: [String]
        /// Their part of the weight of all words of the query: 0…1.
        package let coverage: Double
    }

    /// - Parameters:
    ///   - counts: how often each term is in the document.
    ///   - length: of the document, in words.
    package func score(_ counts: [String: Int], length: Int) -> Score {
        let norm = Self.k1 * (1 - Self.b + Self.b * Double(length) / averageLength)
        var (value, covered, all) = (0.0, 0.0, 0.0)
        var words: [String] = []
        for (wanted, weight) in weights {
            if !wanted.isField { all += weight }
            func count(_ terms: [String]) -> Double { Double(terms.reduce(0) { $0 + (counts[$1] ?? 0) }) }
            let count = count(wanted.alternatives) + Self.looseShare * count(wanted.loose)
            guard count > 0 else { continue }
            value += weight * count * (Self.k1 + 1) / (count + norm)
            guard !wanted.isField else { continue }
            covered += weight
            words.append(wanted.word)
        }
        return Score(value: value, words: words, coverage: all > 0 ? covered / all : 0)
    }
}
