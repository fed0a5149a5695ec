import Foundation
import NovaContract

/// Puts what was found in its order.
///
/// Ranks of the two searches are fused (Cormack, Clarke and Buettcher, Reciprocal Rank Fusion, SIGIR 2009), then weighed with
/// recency, importance and use as in Park et al., Generative Agents (UIST 2023), and thinned of near-duplicates.
package struct Ranking: Sendable {
    package struct Candidate: Sendable {
        package let id: String
        /// Of the words; 0: none.
        package let lexical: Double
        /// Of the meaning; nil: it has no vector, or none was asked for.
        package let semantic: Double?
        /// Since when it gets old: it happened, or was of use last; milliseconds since 1970.
        package let time: Int64
        /// As it is now.
        package let importance: Double
        /// 0…1: how often it was of use.
        package let use: Double
        /// Its words in their order, separated by spaces, up to a bar: what it is compared by with others.
        package let terms: String

        package init(
            id: String,
            lexical: Double,
            semantic: Double?,
            time: Int64,
            importance: Double,
            use: Double = 0,
            terms: String
        ) {
            self.id = id
            self.lexical = lexical
            self.semantic = semantic
            self.time = time
            self.importance = importance
            self.use = use
            self.terms = terms
        }
    }

    package struct Ranked: Sendable {
        package let candidate: Candidate
        /// 0…1.
        package let score: Double
        package let relevance: Double
        package let recency: Double
    }

    /// Of the fusion: how little the first ranks stand out.
    ///
    /// Less than the usual 60, which is for long lists of which many are good; here few are.
    private static let fusion = 10.0
    /// What a rank by meaning counts beside one by words, which are surer.
    private static let meaning = 0.6
    /// How much more one must have to be clearly better than another; what is not has its rank, and recency and importance
    /// decide.
    private static let sameWords = 0.08
    private static let sameMeaning = 0.001

    private let query: MemoryQuery
    private let now: Int64

    /// - Parameter now: milliseconds since 1970.
    package init(_ query: MemoryQuery, now: Int64) {
        self.query = query
        self.now = now
    }

    /// What was chosen, and how many were passed over on the way because they say what one of these says.
    package struct Order: Sendable {
        package let ranked: [Ranked]
        package let repetitions: Int
    }

    /// At most as many as the query wants, the best first; of equals the newer.
    package func rank(_ candidates: [Candidate]) -> Order {
        let relevance = relevances(candidates)
        let weights = query.weights
        let total = max(1e-9, weights.relevance + weights.recency + weights.importance + weights.use)
        let ranked = candidates.enumerated().map { index, candidate in
            let age = max(0, (Double(now) - Double(candidate.time)) / 1_000)
            let recency = exp2(-age / query.halfLife)
            let sum =
                weights.relevance * relevance[index] + weights.recency * recency
                + weights.importance * candidate.importance + weights.use * candidate.use
            return Ranked(candidate: candidate, score: sum / total, relevance: relevance[index], recency: recency)
        }
        return thinned(
            ranked.sorted {
                ($0.score, $0.candidate.time, $1.candidate.id) > ($1.score, $1.candidate.time, $0.candidate.id)
            }
        )
    }

    /// 0…1; the first of both searches has 1.
    private func relevances(_ candidates: [Candidate]) -> [Double] {
        var sums = [Double](repeating: 0, count: candidates.count)
        var weights = 0.0
        func fuse(_ weight: Double, _ likeness: Double, _ value: (Candidate) -> Double?) {
            let found = candidates.indices.compactMap { index in
                value(candidates[index]).flatMap { $0 > 0 ? (index: index, value: $0) : nil }
            }
            guard !found.isEmpty else { return }
            weights += weight
            let order = found.sorted { $0.value > $1.value }
            // As many as are clearly better.
            var rank = 0
            for each in order {
                while order[rank].value > each.value * (1 + likeness) { rank += 1 }
                sums[each.index] += weight / (Self.fusion + Double(rank + 1))
            }
        }
        fuse(1, Self.sameWords) { $0.lexical }
        fuse(Self.meaning, Self.sameMeaning) { $0.semantic }
        return weights == 0 ? sums : sums.map { $0 * (Self.fusion + 1) / weights }
    }

    // MARK: - Repetitions

    /// Leaves out what says the same as something better.
    private func thinned(_ ranked: [Ranked]) -> Order {
        guard query.diversity > 0 else { return Order(ranked: Array(ranked.prefix(query.limit)), repetitions: 0) }
        var chosen: [Ranked] = []
        var known: [Statement] = []
        var repetitions = 0
        for each in ranked {
            guard chosen.count < query.limit else { break }
            let statement = Statement(each.candidate.terms)
            if known.contains(where: { $0.isRepeated(by: statement, diversity: query.diversity) }) {
                repetitions += 1
            } else {
                chosen.append(each)
                known.append(statement)
            }
        }
        return Order(ranked: chosen, repetitions: repetitions)
    }
}

/// What a memory says, as far as its words tell.
private struct Statement {
    private let words: [Substring]
    private let set: Set<Substring>
    /// Numbers and negations, one by one: where these differ, something else is said.
    private let decisive: [Substring]

    init(_ terms: String) {
        words = terms.prefix { $0 != "|" }.split(separator: " ")
        set = Set(words)
        decisive = words.filter {
            // What is not ASCII stands there in hexadecimal digits.
            NearDuplicates.negationTerms.contains(String($0))
                || (!$0.hasPrefix("zu") && $0.utf8.contains { (0x30...0x39).contains($0) })
        }
    }

    /// The share of words that both have (Jaccard) is above 1 − `diversity` / 2, and none is in the place of another: up to
    /// `plainDiversity` one of the two has no word of its own, and the words of both are in the same order.
    func isRepeated(by other: Statement, diversity: Double) -> Bool {
        let (small, large) = set.count < other.set.count ? (set, other.set) : (other.set, set)
        guard !large.isEmpty, Double(small.count) / Double(large.count) > 0.5, decisive == other.decisive else {
            return false
        }
        let both = small.count { large.contains($0) }
        guard Double(both) / Double(set.count + other.set.count - both) > 1 - 0.5 * diversity else { return false }
        guard diversity <= Self.plainDiversity else { return true }
        return both == small.count && words.filter(other.set.contains) == other.words.filter(set.contains)
    }

    private static let plainDiversity = 0.2
}
