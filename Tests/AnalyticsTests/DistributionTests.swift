import Analytics
import Testing

/// Against values of R 4 (`pt`, `qt`, `pbinom`, `pbeta`) and of Wilson's interval in print.
@Suite struct DistributionTests {
    private func expect(_ value: Double, _ wanted: Double, _ location: SourceLocation = #_sourceLocation) {
        #expect(abs(value - wanted) <= 1e-6 * max(1, abs(wanted)), sourceLocation: location)
    }

    @Test func tailsOfStudentsT() {
        expect(Distributions.studentTwoSided(2.0, freedom: 10), 0.073_388_034_8)
        expect(Distributions.studentTwoSided(-1.0, freedom: 1), 0.5)
        expect(Distributions.studentTwoSided(0, freedom: 5), 1)
        expect(Distributions.studentTwoSided(1.959_963_985, freedom: 1e7), 0.05)
        expect(Distributions.studentQuantile(twoSided: 0.05, freedom: 10), 2.228_138_852)
        #expect(Distributions.studentTwoSided(3, freedom: 0) == 1)
        #expect(Distributions.studentTwoSided(.infinity, freedom: 3) == 0)
    }

    @Test func tailsOfTheBinomial() {
        // All of it from the sum of its terms.
        func tail(_ hits: Int, _ trials: Int, _ share: Double) -> Double {
            (hits...trials).reduce(0) { sum, each in
                let ways = (0..<each).reduce(1.0) { $0 * Double(trials - $1) / Double($1 + 1) }
                return sum + (0..<each).reduce(ways) { product, _ in product * share }
                    * (0..<(trials - each)).reduce(1) { product, _ in product * (1 - share) }
            }
        }
        for (hits, trials, share) in [(1, 10, 0.1), (8, 10, 0.5), (30, 60, 0.3), (12, 12, 0.9)] {
            expect(
                Distributions.binomialTail(hits: Double(hits), of: Double(trials), share: share),
                tail(hits, trials, share)
            )
        }
        #expect(Distributions.binomialTail(hits: 0, of: 10, share: 0.5) == 1)
        #expect(Distributions.binomialTail(hits: 11, of: 10, share: 0.5) == 0)
    }

    @Test func wilsonsInterval() {
        let interval = WilsonInterval(successes: 8, of: 10)
        #expect(abs(interval.lower - 0.4902) < 0.0005)
        #expect(abs(interval.upper - 0.9433) < 0.0005)
        #expect(WilsonInterval(successes: 0, of: 0) == WilsonInterval(successes: 0, of: -1))
    }
}
