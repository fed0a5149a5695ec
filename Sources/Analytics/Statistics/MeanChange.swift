import Foundation

/// Whether times are others of late than before: a change point in the mean of their logarithm.
///
/// Each of the newest `k` buckets, for several `k`, is compared with all before them by a t test, whose variance is that
/// within buckets times the dispersion between the earlier buckets: systems whose minutes differ anyhow are not told of.
/// The least p value counts, times the number of comparisons (Bonferroni).
package struct MeanChange: Sendable, Equatable {
    /// One bucket: how many times, the mean of their logarithm, the sum of squares away from it.
    package struct Sample: Sendable {
        package let index: Int
        package let count: Double
        package let mean: Double
        package let squares: Double

        package init(index: Int, count: Int, mean: Double, squares: Double) {
            self.index = index
            self.count = Double(count)
            self.mean = mean
            self.squares = squares
        }
    }

    /// The first bucket of the later ones.
    package let begin: Int
    /// Later geometric mean by the earlier one, with the interval that holds with 99 %.
    package let ratio: Double
    package let low: Double
    package let high: Double
    /// Adjusted for the number of comparisons.
    package let p: Double
    package let earlier: Int
    package let later: Int

    static let fewestEarlierBuckets = 8
    private static let fewestEarlier = 100.0
    private static let fewestLater = 20.0

    /// The best supported change; nil where there are too few samples to say anything.
    package static func find(_ samples: [Sample], binWidth: Double) -> MeanChange? {
        let samples = samples.filter { $0.count > 0 }
        let most = min(30, samples.count - fewestEarlierBuckets)
        guard most >= 1 else { return nil }
        let found = (1...most).compactMap { recent -> MeanChange? in
            let split = samples.count - recent
            return compare(samples[..<split], samples[split...], binWidth)
        }
        guard let best = found.min(by: { $0.p < $1.p }) else { return nil }
        return best.adjusted(by: found.count)
    }

    private static func compare(
        _ earlier: ArraySlice<Sample>,
        _ later: ArraySlice<Sample>,
        _ binWidth: Double
    ) -> MeanChange? {
        let (before, after) = (Sums(earlier), Sums(later))
        guard before.count >= fewestEarlier, after.count >= fewestLater else { return nil }
        // What a bin hides is uniform in it.
        let within = (before.within + after.within) / (before.count + after.count) + binWidth * binWidth / 12
        let freedom = Double(earlier.count - 1)
        let between = earlier.reduce(0) { $0 + $1.count * ($1.mean - before.mean) * ($1.mean - before.mean) }
        let dispersion = max(1, between / (freedom * within))
        let error = (dispersion * within * (1 / before.count + 1 / after.count)).squareRoot()
        let shift = after.mean - before.mean
        let spread = Distributions.studentQuantile(twoSided: 0.01, freedom: freedom) * error
        return MeanChange(
            begin: later.first?.index ?? 0,
            ratio: exp(shift),
            low: exp(shift - spread),
            high: exp(shift + spread),
            p: Distributions.studentTwoSided(shift / error, freedom: freedom),
            earlier: Int(before.count),
            later: Int(after.count)
        )
    }

    private struct Sums {
        let count: Double
        let mean: Double
        let within: Double

        init(_ samples: ArraySlice<Sample>) {
            let count = samples.reduce(0) { $0 + $1.count }
            self.count = count
            mean = count > 0 ? samples.reduce(0) { $0 + $1.mean * $1.count } / count : 0
            within = samples.reduce(0) { $0 + $1.squares }
        }
    }

    private func adjusted(by comparisons: Int) -> MeanChange {
        MeanChange(
            begin: begin,
            ratio: ratio,
            low: low,
            high: high,
            p: min(1, p * Double(comparisons)),
            earlier: earlier,
            later: later
        )
    }
}
