/// Waits between attempts to connect: a bound that doubles from `minimum` to `maximum`, of which each wait is a random
/// part, so that many clients do not come back in step ("full jitter", but never less than `minimum`).
package struct RedisBackoff: Sendable, Equatable {
    package let minimum: Duration
    package let maximum: Duration

    package init(minimum: Duration = .milliseconds(10), maximum: Duration = .seconds(1)) {
        self.minimum = minimum
        self.maximum = max(minimum, maximum)
    }

    /// The wait after failed attempt number `attempt` (1, 2, …).
    func delay(after attempt: Int) -> Duration {
        let bound = min(minimum * (1 << min(max(attempt, 1), 30)), maximum)
        return minimum + (bound - minimum) * Double.random(in: 0...1)
    }
}
