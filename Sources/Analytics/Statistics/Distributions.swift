import Foundation

/// Tails of distributions, as tests need them.
///
/// All by the incomplete beta function (DLMF §8.17), which is taken as a continued fraction (DLMF 8.17.22) by Lentz's
/// method: about twelve digits.
package enum Distributions {
    /// P(|T| ≥ |t|) of Student's t with so many degrees of freedom; all of it where there are none.
    package static func studentTwoSided(_ t: Double, freedom: Double) -> Double {
        guard freedom > 0 else { return 1 }
        guard t.isFinite else { return t.isNaN ? 1 : 0 }
        return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
    }

    /// The `t` that |T| exceeds with this probability.
    package static func studentQuantile(twoSided probability: Double, freedom: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        while studentTwoSided(high, freedom: freedom) > probability, high < 1e9 { high *= 2 }
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if studentTwoSided(middle, freedom: freedom) > probability { low = middle } else { high = middle }
        }
        return high
    }

    /// P(X ≥ hits) of a binomial distribution; neither number need be whole.
    package static func binomialTail(hits: Double, of trials: Double, share: Double) -> Double {
        if hits <= 0 { return 1 }
        if hits > trials || share <= 0 { return 0 }
        if share >= 1 { return 1 }
        return incompleteBeta(share, hits, trials - hits + 1)
    }

    /// Regularized: 0…1.
    package static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        // The fraction converges fast on one side only.
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
        let front = exp(a * log(x) + b * log1p(-x) - logBeta(a, b)) / a
        return min(1, front * fraction(x, a, b))
    }

    private static func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }

    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / kept(1 - (a + b) * x / (a + 1))
        var value = d
        for step in 1...1_000 {
            let m = Double(step)
            for term in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                d = 1 / kept(1 + term * d)
                c = kept(1 + term / c)
                value *= d * c
            }
            if abs(d * c - 1) < 1e-13 { break }
        }
        return value
    }
}
