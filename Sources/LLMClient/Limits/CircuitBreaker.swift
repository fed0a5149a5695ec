/// Leaves a server alone that fails, and finds out with one request at a time whether it is back.
///
/// After Nygard, "Release It!": closed until `threshold` failures in a row; open for a time that doubles with each failed
/// trial, up to `longest`; then one trial, whose end closes or opens it again. Plain state, asked under a lock.
struct CircuitBreaker {
    private enum State: Equatable {
        case closed(failures: Int)
        case open(until: ContinuousClock.Instant, wait: Duration)
        case trial(wait: Duration)
    }

    let threshold: Int
    let first: Duration
    let longest: Duration
    private var state = State.closed(failures: 0)

    init(threshold: Int, first: Duration, longest: Duration) {
        self.threshold = threshold
        self.first = first
        self.longest = longest
    }

    /// Whether a request may go out; nil: yes, and `succeeded`, `failed` or `undecided` must follow.
    mutating func admit(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        switch state {
        case .closed: return nil
        case .open(let until, let wait):
            guard now >= until else { return until }
            state = .trial(wait: wait)
            return nil
        // Somebody is finding out; it will be known soon.
        case .trial: return now + .seconds(1)
        }
    }

    mutating func succeeded() { state = .closed(failures: 0) }

    mutating func failed(_ now: ContinuousClock.Instant) {
        switch state {
        case .closed(let failures):
            state = failures + 1 < threshold ? .closed(failures: failures + 1) : .open(until: now + first, wait: first)
        case .trial(let wait):
            let longer = min(wait * 2, longest)
            state = .open(until: now + longer, wait: longer)
        // One that began before it was opened.
        case .open: break
        }
    }

    /// It was cancelled, or says nothing of the server.
    mutating func undecided(_ now: ContinuousClock.Instant) {
        if case .trial(let wait) = state { state = .open(until: now, wait: wait) }
    }

    /// Until when nothing goes out; nil: it would now.
    func closedUntil(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        switch state {
        case .closed: nil
        case .open(let until, _): now < until ? until : nil
        // One trial is enough.
        case .trial: now + .seconds(1)
        }
    }
}
