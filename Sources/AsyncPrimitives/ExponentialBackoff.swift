/// How long to wait before something that failed is tried again: a random part of a bound that grows with every failure.
///
/// The one formula of the project, after Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): with
/// `jitter` 0…1 its "full jitter", `random(0, min(maximum, first · factor^(attempt − 1)))`; with 0.5…1 its "equal jitter"; with
/// 1…1 none. Each purpose has a policy with a name, where it is used.
package struct ExponentialBackoff: Sendable, Equatable {
    /// The bound after the first failure.
    package let first: Duration
    /// By which the bound grows with each further failure; above 1, at most 10.
    package let factor: Double
    /// Where the bound ends.
    package let maximum: Duration
    /// The part of the bound that is waited, at random between these two; within 0…1.
    ///
    /// The spread keeps many who failed together from coming back together; a lower end above 0 keeps an attempt from
    /// following at once.
    package let jitter: ClosedRange<Double>

    package init(
        first: Duration,
        factor: Double = 2,
        maximum: Duration,
        jitter: ClosedRange<Double> = 0...1
    ) {
        precondition(first >= .zero && maximum >= .zero, "nothing waits for less than no time")
        precondition(factor > 1 && factor <= 10, "the bound grows, by no more than tenfold")
        precondition(jitter.lowerBound >= 0 && jitter.upperBound <= 1, "a part of the bound")
        self.first = first
        self.factor = factor
        self.maximum = maximum
        self.jitter = jitter
    }

    /// Always the same wait: for a single task that asks something near by, which needs no spread.
    package static func constant(_ wait: Duration) -> ExponentialBackoff {
        ExponentialBackoff(first: wait, maximum: wait, jitter: 1...1)
    }

    /// The longest that the wait after failure number `attempt` (1, 2, …) may be.
    package func bound(after attempt: Int) -> Duration {
        guard first > .zero else { return .zero }
        var bound = first
        var failure = 1
        while failure < attempt, bound < maximum {
            bound = bound * factor
            failure += 1
        }
        return min(bound, maximum)
    }

    /// The wait after failure number `attempt` (1, 2, …).
    package func delay(after attempt: Int) -> Duration {
        var generator = SystemRandomNumberGenerator()
        return delay(after: attempt, using: &generator)
    }

    /// The same, with a source of randomness of the caller's.
    package func delay(after attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        bound(after: attempt) * Double.random(in: jitter, using: &generator)
    }
}
