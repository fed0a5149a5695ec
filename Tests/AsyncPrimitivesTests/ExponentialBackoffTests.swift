import AsyncPrimitives
import Testing

@Suite struct ExponentialBackoffTests {
    @Test func theBoundDoublesUpToTheMaximum() {
        let backoff = ExponentialBackoff(first: .milliseconds(50), maximum: .seconds(1))
        let bounds = [50, 100, 200, 400, 800, 1_000, 1_000].map { Duration.milliseconds($0) }
        #expect((1...7).map { backoff.bound(after: $0) } == bounds)
        // Also for attempts that are none, and for very many.
        #expect(backoff.bound(after: 0) == .milliseconds(50) && backoff.bound(after: -1) == .milliseconds(50))
        #expect(backoff.bound(after: .max) == .seconds(1))
    }

    @Test func extremesAreNoFault() {
        let endless = ExponentialBackoff(first: .seconds(1), factor: 10, maximum: .seconds(Int64.max))
        #expect(endless.bound(after: .max) == .seconds(Int64.max))
        #expect(ExponentialBackoff(first: .zero, maximum: .seconds(1)).bound(after: .max) == .zero)
        #expect(ExponentialBackoff(first: .seconds(2), maximum: .seconds(1)).bound(after: 1) == .seconds(1))
    }

    @Test(arguments: [0.0...1.0, 0.1...1.0, 0.5...1.0, 1.0...1.0])
    func eachWaitIsAPartOfTheBoundAndAllPartsCome(jitter: ClosedRange<Double>) {
        let backoff = ExponentialBackoff(first: .milliseconds(10), factor: 3, maximum: .seconds(1), jitter: jitter)
        var numbers = Numbers(seed: 1)
        for attempt in 1...6 {
            let bound = backoff.bound(after: attempt)
            let parts = (0..<2_000).map { _ in backoff.delay(after: attempt, using: &numbers) / bound }
            #expect(parts.allSatisfy { $0 > jitter.lowerBound - 1e-9 && $0 < jitter.upperBound + 1e-9 })
            let spread = jitter.upperBound - jitter.lowerBound
            #expect((parts.max() ?? 0) - (parts.min() ?? 0) >= spread * 0.95)
            #expect(abs(parts.reduce(0, +) / 2_000 - (jitter.lowerBound + jitter.upperBound) / 2) < 0.03)
        }
    }

    @Test func theSourceOfRandomnessIsTheCallers() {
        let backoff = ExponentialBackoff(first: .seconds(1), maximum: .seconds(60))
        var (one, other) = (Numbers(seed: 7), Numbers(seed: 7))
        for attempt in 1...10 {
            #expect(backoff.delay(after: attempt, using: &one) == backoff.delay(after: attempt, using: &other))
        }
    }

    @Test func aConstantOneIsAlwaysTheSame() {
        let backoff = ExponentialBackoff.constant(.milliseconds(500))
        #expect((1...9).allSatisfy { backoff.delay(after: $0) == .milliseconds(500) })
    }
}
