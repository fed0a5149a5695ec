/// Whether a level moves on the whole in one direction, and how fast.
///
/// A test of the mean of the steps from one bucket to the next. A level that wanders has independent steps, one that
/// swings around a line has steps that undo each other: the variance is the long-run one of Newey and West (1987), with
/// Bartlett weights, which serves both. It is never taken for less than a fifth of the steps' own.
package struct Drift: Sendable, Equatable {
    /// Per bucket, with the interval that holds with 95 %.
    package let perBucket: Double
    package let low: Double
    package let high: Double
    package let p: Double
    package let steps: Int

    private static let fewest = 15

    /// Nil where there are too few buckets, or where nothing moves.
    package static func find(_ levels: [Double]) -> Drift? {
        let steps = zip(levels, levels.dropFirst()).map { $1 - $0 }
        guard steps.count >= fewest else { return nil }
        let count = Double(steps.count)
        let mean = steps.reduce(0, +) / count
        let away = steps.map { $0 - mean }
        func covariance(_ lag: Int) -> Double { zip(away, away.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / count }
        let own = covariance(0)
        guard own > 0 || mean != 0 else { return nil }
        let lags = min(30, max(1, Int(4 * (count / 100).squareRoot())))
        let longRun = (1...lags).reduce(own) { $0 + 2 * (1 - Double($1) / Double(lags + 1)) * covariance($1) }
        let error = (max(longRun, own / 5) / count).squareRoot()
        // Of neighbours that move together there are fewer than it seems.
        let freedom = count / Double(lags + 1)
        let spread = Distributions.studentQuantile(twoSided: 0.05, freedom: freedom) * error
        return Drift(
            perBucket: mean,
            low: mean - spread,
            high: mean + spread,
            p: error > 0 ? Distributions.studentTwoSided(mean / error, freedom: freedom) : 0,
            steps: steps.count
        )
    }
}
