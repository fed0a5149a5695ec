import Foundation
package import NovaContract

/// Puts what was found in its order.
///
/// Ranks of the two searches are fused (Cormack, Clarke and Buettcher, Reciprocal Rank Fusion, SIGIR 2009), then weighed with
/// recency and importance as in Park et al., Generative Agents (UIST 2023), and thinned of near-duplicates.
package struct Ranking: Sendable {
    package struct Candidate: Sendable {
        package let id: String
        /// Of the words; 0: none.
        package let lexical: Double
        /// Cosine, -1…1; nil: it has no vector, or none was asked for.
        package let semantic: Double?
        /// Milliseconds since 1970.
        package let time: Int64
        package let importance: Double
        /// What it is compared by with others.
        package let terms: Set<String>

        package init(
            id: String,
            lexical: Double,
            semantic: Double?,
            time: Int64,
            importance: Double,
            terms: Set<String>
        ) {
            self.id = id
            self.lexical = lexical
            self.semantic = semantic
            self.time = time
            self.importance = importance
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
    private static let fusion = 60.0

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
        let total = max(1e-9, weights.relevance + weights.recency + weights.importance)
        let ranked = candidates.enumerated().map { index, candidate in
            let age = max(0, Double(now - candidate.time) / 1_000)
            let recency = exp2(-age / query.halfLife)
            let sum =
                weights.relevance * relevance[index] + weights.recency * recency
                + weights.importance * candidate.importance
            return Ranked(candidate: candidate, score: sum / total, relevance: relevance[index], recency: recency)
        }
        return thinned(ranked.sorted { ($0.score, $1.candidate.id) > ($1.score, $0.candidate.id) })
    }

    /// 0…1; the first of both searches has 1.
    private func relevances(_ candidates: [Candidate]) -> [Double] {
        var sums = [Double](repeating: 0, count: candidates.count)
        var lists = 0.0
        func fuse(_ value: (Candidate) -> Double?) {
            let found = candidates.indices.filter { value(candidates[$0]).map { $0 > 0 } ?? false }
            guard !found.isEmpty else { return }
            lists += 1
            let order = found.sorted {
                let (left, right) = (value(candidates[$0]) ?? 0, value(candidates[$1]) ?? 0)
                return left != right ? left > right : candidates[$0].id < candidates[$1].id
            }
            for (rank, index) in order.enumerated() { sums[index] += 1 / (Self.fusion + Double(rank + 1)) }
        }
        fuse { $0.lexical }
        fuse { $0.semantic }
        return sums.map { $0 * (Self.fusion + 1) / max(1, lists) }
    }

    /// Leaves out what is too much like something better.
    private func thinned(_ ranked: [Ranked]) -> [Ranked] {
        let limit = 1 - 0.5 * query.diversity
        var chosen: [Ranked] = []
        for each in ranked {
            guard chosen.count < query.limit else { break }
            if query.diversity > 0,
                chosen.contains(where: { Self.likeness($0.candidate.terms, each.candidate.terms) > limit })
            {
                continue
            }
            chosen.append(each)
        }
        return chosen
    }

    /// Share of terms that both have (Jaccard).
    private static func likeness(_ left: Set<String>, _ right: Set<String>) -> Double {
        let (small, large) = left.count < right.count ? (left, right) : (right, left)
        guard !large.isEmpty, Double(small.count) / Double(large.count) > 0.5 else { return 0 }
        let both = small.count { large.contains($0) }
        return Double(both) / Double(left.count + right.count - both)
    }
}
