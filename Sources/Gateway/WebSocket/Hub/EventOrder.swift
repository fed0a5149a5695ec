import NovaContract

/// What two positions of an owner's log say of each other.
enum EventOrder {
    /// Nothing lies between them.
    case follows
    /// It is the position itself, or lies before it.
    case known
    /// Something may lie between them, or the log was lost and began anew.
    case unknown

    init(of next: EventID, after position: EventID) {
        if position.isFollowed(by: next) && next.milliseconds >= position.milliseconds {
            self = .follows
        } else if next.sequence <= position.sequence && next.milliseconds <= position.milliseconds {
            self = .known
        } else {
            // Also a smaller time with a larger number: a new log, written by a worker whose clock is behind.
            self = .unknown
        }
    }
}

extension EventID {
    /// Before everything: what a log that has not begun is read from.
    static let start = EventID("0-0")!

    /// Whether a log began with this event: its numbers start at the time.
    ///
    /// An event in the middle of a log can look like this too, so it only ever decides together with something else.
    var looksLikeBeginning: Bool { sequence == milliseconds &+ 1 }
}
