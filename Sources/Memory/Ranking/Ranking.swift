import Foundation
package import NovaContract

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
        /// What it is compared by with others, separated by spaces.
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

    private let query: MemoryQuery
    private let now: Int64

    /// - Parameter now: milliseconds since 1970.
    package init(_ query: MemoryQuery, now: Int64) {
        self.query = query
        self.now = now
    }

    /// At most as many as the query wants, the best first.
    package func rank(_ candidates: [Candidate]) -> [Ranked] {
        let relevance = relevances(candidates)
        let weights = query.weights
        let total = max(1e-9, weights.relevance + weights.recency + weights.importance + weights.use)
        let ranked = candidates.enumerated().map { index, candidate in
            let age = max(0, Double(now - candidate.time) / 1_000)
            let recency = exp2(-age / query.halfLife)
            let sum =
                weights.relevance * relevance[index] + weights.recency * recency
                + weights.importance * candidate.importance + weights.use * candidate.use
            return Ranked(candidate: candidate, score: sum / total, relevance: relevance[index], recency: recency)
        }
        return thinned(ranked.sorted { ($0.score, $1.candidate.id) > ($1.score, $0.candidate.id) })
    }

    /// 0…1; the first of both searches has 1.
    private func relevances(_ candidates: [Candidate]) -> [Double] {
        var sums = [Double](repeating: 0, count: candidates.count)
        var weights = 0.0
        func fuse(_ weight: Double, _ value: (Candidate) -> Double?) {
            let found = candidates.indices.filter { value(candidates[$0]).map { $0 > 0 } ?? false }
            guard !found.isEmpty else { return }
            weights += weight
            let order = found.sorted {
                let (left, right) = (value(candidates[$0]) ?? 0, value(candidates[$1]) ?? 0)
                return left != right ? left > right : candidates[$0].id < candidates[$1].id
            }
            for (rank, index) in order.enumerated() { sums[index] += weight / (Self.fusion + Double(rank + 1)) }
        }
        fuse(1) { $0.lexical }
        fuse(Self.meaning) { $0.semantic }
        return weights == 0 ? sums : sums.map { $0 * (Self.fusion + 1) / weights }
    }

    /// Leaves out what is too much like something better.
    private func thinned(_ ranked: [Ranked]) -> [Ranked] {
        let limit = 1 - 0.5 * query.diversity
        guard query.diversity > 0 else { return Array(ranked.prefix(query.limit)) }
        var chosen: [Ranked] = []
        var known: [Set<Substring>] = []
        for each in ranked {
            guard chosen.count < query.limit else { break }
            let terms = Set(each.candidate.terms.split(separator: " "))
            guard !known.contains(where: { Self.likeness($0, terms) > limit }) else { continue }
            chosen.append(each)
            known.append(terms)
        }
        return chosen
    }

    /// Share of terms that both have (Jaccard).
    private static func likeness(_ left: Set<Substring>, _ right: Set<Substring>) -> Double {
        let (small, large) = left.count < right.count ? (left, right) : (right, left)
        guard !large.isEmpty, Double(small.count) / Double(large.count) > 0.5 else { return 0 }
        let both = small.count { large.contains($0) }
        return Double(both) / Double(left.count + right.count - both)
    }
}
