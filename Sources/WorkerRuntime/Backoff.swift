/// Exponential backoff with full jitter: a random wait up to a bound that doubles with each attempt.
///
/// After "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), with a floor of a tenth of the bound so that
/// no attempt follows at once.
struct Backoff: Sendable, Equatable {
    let first: Duration
    let maximum: Duration

    init(first: Duration, maximum: Duration) {
        self.first = first
        self.maximum = maximum
    }

    /// The wait before attempt `attempt + 1`, for `attempt` 1, 2, ….
    func delay(after attempt: Int) -> Duration {
        let doubled = first * (1 << min(max(attempt - 1, 0), 20))
        let bound = min(doubled, maximum)
        return bound * Double.random(in: 0.1...1)
    }
}
