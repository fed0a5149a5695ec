import AsyncPrimitives

/// Leaves a server alone that fails, and finds out with one request at a time whether it is back.
///
/// After Nygard, "Release It!": closed until `threshold` failures in a row; open for a time that grows with each failed trial as
/// `backoff` says; then one trial, whose end closes or opens it again. Plain state, asked under a lock.
struct CircuitBreaker {
    private enum State: Equatable {
        case closed(failures: Int)
        /// `openings`: 1 when it was opened, and one more for each trial that failed.
        case open(until: ContinuousClock.Instant, openings: Int)
        case trial(openings: Int)
    }

    let threshold: Int
    let backoff: ExponentialBackoff
    private var state = State.closed(failures: 0)

    init(threshold: Int, backoff: ExponentialBackoff) {
        self.threshold = threshold
        self.backoff = backoff
    }

    /// Whether a request may go out; nil: yes, and `succeeded`, `failed` or `undecided` must follow.
    mutating func admit(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        switch state {
        case .closed: return nil
        case .open(let until, let openings):
            guard now >= until else { return until }
            state = .trial(openings: openings)
            return nil
        // Somebody is finding out; it will be known soon.
        case .trial: return now + .seconds(1)
        }
    }

    mutating func succeeded() { state = .closed(failures: 0) }

    mutating func failed(_ now: ContinuousClock.Instant) {
        switch state {
        case .closed(let failures):
            state = failures + 1 < threshold ? .closed(failures: failures + 1) : open(now, openings: 1)
        case .trial(let openings): state = open(now, openings: openings + 1)
        // One that began before it was opened.
        case .open: break
        }
    }

    private func open(_ now: ContinuousClock.Instant, openings: Int) -> State {
        .open(until: now + backoff.delay(after: openings), openings: openings)
    }

    /// It was cancelled, or says nothing of the server.
    mutating func undecided(_ now: ContinuousClock.Instant) {
        if case .trial(let openings) = state { state = .open(until: now, openings: openings) }
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
