import Foundation
import NovaContract

/// Picks the sentences that say most of what the others say: no sentence is made, each stands in a memory.
///
/// LexRank (Erkan and Radev, JAIR 22, 2004): the stationary distribution of a walk from sentence to sentence by the cosine
/// of their words, weighed by how rare these are. Those that repeat a chosen one are passed over.
package struct Summary: Sendable, Equatable {
    package struct Sentence: Sendable, Equatable {
        package let text: String
        /// The place of its memory among those that were given.
        package let place: Int
    }

    /// In the order of the memories.
    package let sentences: [Sentence]

    package var text: String { sentences.map(\.text).joined(separator: " ") }

    private static let mostRead = 400
    private static let fewestWords = 4
    private static let damping = 0.85
    private static let likeness = 0.1
    private static let repetition = 0.5

    /// Nil where there are fewer than three sentences of a few words.
    package init?(of records: [MemoryRecord]) {
        let analyzer = Analyzer()
        var all: [(sentence: Sentence, terms: Set<String>)] = []
        for (place, record) in records.enumerated() {
            let speaker = Self.speaker(record.definition.content)
            for text in Sentences.split(Prose.of(record.definition.content)) {
                let terms = Set(analyzer.terms(.string(text)))
                guard terms.count >= Self.fewestWords, all.count < Self.mostRead else { continue }
                let told = speaker.map { "\($0): \(text)" } ?? text
                all.append((Sentence(text: told, place: place), terms))
            }
        }
        guard all.count >= 3 else { return nil }
        let vectors = Self.vectors(all.map(\.terms))
        let scores = Self.scores(vectors)
        let most = min(8, max(2, Int(Double(all.count).squareRoot())))
        var chosen: [Int] = []
        for index in all.indices.sorted(by: { (scores[$0], $1) > (scores[$1], $0) }) {
            guard chosen.count < most else { break }
            guard !chosen.contains(where: { Self.cosine(vectors[$0], vectors[index]) > Self.repetition }) else {
                continue
            }
            chosen.append(index)
        }
        sentences = chosen.sorted().map { all[$0].sentence }
    }

    private static func speaker(_ content: JSONValue) -> String? {
        ["speaker", "author", "role", "from", "agent", "name"].compactMap { content[$0]?.stringValue }.first {
            $0.count <= 60
        }
    }

    /// Of each sentence its words, each as much as it is rare, of length 1.
    private static func vectors(_ sentences: [Set<String>]) -> [[String: Double]] {
        var frequencies: [String: Int] = [:]
        for terms in sentences { for term in terms { frequencies[term, default: 0] += 1 } }
        return sentences.map { terms in
            var vector: [String: Double] = [:]
            for term in terms { vector[term] = log(1 + Double(sentences.count) / Double(frequencies[term] ?? 1)) }
            let length = vector.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return vector.mapValues { $0 / max(1e-12, length) }
        }
    }

    private static func cosine(_ left: [String: Double], _ right: [String: Double]) -> Double {
        let (small, large) = left.count < right.count ? (left, right) : (right, left)
        return small.reduce(0) { $0 + $1.value * (large[$1.key] ?? 0) }
    }

    private static func scores(_ vectors: [[String: Double]]) -> [Double] {
        let count = vectors.count
        var neighbours = [[(index: Int, weight: Double)]](repeating: [], count: count)
        for left in 0..<count {
            for right in (left + 1)..<max(left + 1, count) {
                let cosine = cosine(vectors[left], vectors[right])
                guard cosine >= likeness else { continue }
                neighbours[left].append((right, cosine))
                neighbours[right].append((left, cosine))
            }
        }
        let sums = neighbours.map { $0.reduce(0) { $0 + $1.weight } }
        var scores = [Double](repeating: 1 / Double(count), count: count)
        for _ in 0..<50 {
            var next = [Double](repeating: (1 - damping) / Double(count), count: count)
            for (index, own) in neighbours.enumerated() {
                for (other, weight) in own where sums[index] > 0 {
                    next[other] += damping * scores[index] * weight / sums[index]
                }
            }
            scores = next
        }
        return scores
    }
}

/// Splits text into sentences.
enum Sentences {
    /// At the end of a line, and behind a full stop, an exclamation or a question mark before a blank.
    ///
    /// Short parts stay with what follows, so that abbreviations and initials seldom end a sentence.
    static func split(_ text: String) -> [String] {
        var sentences: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            var sentence = ""
            func end() {
                let whole = sentence.trimmingCharacters(in: .whitespaces)
                if !whole.isEmpty { sentences.append(whole) }
                sentence = ""
            }
            var isEnded = false
            for character in line {
                if "。！？".contains(character) {
                    sentence.append(character)
                    end()
                    isEnded = false
                    continue
                }
                if isEnded, character.isWhitespace, sentence.count >= 12 { end() }
                isEnded = ".!?".contains(character) || (isEnded && "\"')]”’".contains(character))
                sentence.append(character)
            }
            end()
        }
        return sentences
    }
}
