/// Whether something happens more often of late than before, for what it may happen to.
///
/// As `MeanChange`, by the conditional test of two Poisson rates (Przyborowski and Wilenski 1940): of all hits, the later
/// ones are binomial with the later ones' share of the trials. Both are divided by the dispersion between the earlier
/// buckets.
package struct RateRise: Sendable, Equatable {
    package struct Sample: Sendable {
        package let index: Int
        package let hits: Double
        package let trials: Double

        package init(index: Int, hits: Int, trials: Int) {
            self.index = index
            self.hits = Double(hits)
            self.trials = Double(trials)
        }
    }

    /// The first bucket of the later ones.
    package let begin: Int
    package let earlierRate: Double
    package let laterRate: Double
    /// Adjusted for the number of comparisons.
    package let p: Double
    package let earlierTrials: Int
    package let laterHits: Int
    package let laterTrials: Int

    private static let fewestBuckets = MeanChange.fewestEarlierBuckets
    private static let fewestEarlier = 50.0
    private static let fewestHits = 4.0

    /// The best supported rise; nil where there are too few samples to say anything.
    package static func find(_ samples: [Sample]) -> RateRise? {
        let samples = samples.filter { $0.trials > 0 }
        let most = min(30, samples.count - fewestBuckets)
        guard most >= 1 else { return nil }
        let found = (1...most).compactMap { recent -> RateRise? in
            let split = samples.count - recent
            return compare(samples[..<split], samples[split...], comparisons: most)
        }
        return found.min { $0.p < $1.p }
    }

    private static func compare(
        _ earlier: ArraySlice<Sample>,
        _ later: ArraySlice<Sample>,
        comparisons: Int
    ) -> RateRise? {
        let hitsBefore = earlier.reduce(0) { $0 + $1.hits }
        let trialsBefore = earlier.reduce(0) { $0 + $1.trials }
        let hitsAfter = later.reduce(0) { $0 + $1.hits }
        let trialsAfter = later.reduce(0) { $0 + $1.trials }
        guard trialsBefore >= fewestEarlier, hitsAfter >= fewestHits else { return nil }
        let rate = (hitsBefore + 0.5) / (trialsBefore + 0.5)
        let squares = earlier.reduce(0) { sum, each in
            let expected = each.trials * rate
            return sum + (each.hits - expected) * (each.hits - expected) / expected
        }
        let dispersion = max(1, squares / Double(earlier.count - 1))
        let p = Distributions.binomialTail(
            hits: hitsAfter / dispersion,
            of: (hitsBefore + hitsAfter) / dispersion,
            share: trialsAfter / (trialsBefore + trialsAfter)
        )
        return RateRise(
            begin: later.first?.index ?? 0,
            earlierRate: hitsBefore / trialsBefore,
            laterRate: hitsAfter / trialsAfter,
            p: min(1, p * Double(comparisons)),
            earlierTrials: Int(trialsBefore),
            laterHits: Int(hitsAfter),
            laterTrials: Int(trialsAfter)
        )
    }
}
