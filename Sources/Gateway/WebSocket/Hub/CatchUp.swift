import NovaContract

/// Which events of the log a socket is still owed while it catches up.
///
/// Plain state.
///
/// The socket left the live ones at `position`, having everything up to there that belongs to what it was subscribed
/// to before. The log is read from the earliest event owed; each event is sent once, under one channel.
struct CatchUp {
    private let before: SubscriptionSet
    private let position: EventID
    private var added: SubscriptionSet
    private let subscriptions: [Subscription]
    /// The last event read.
    ///
    /// Everything the socket is owed up to here was sent.
    private(set) var cursor: EventID
    /// Where a gap begins that is told as soon as it is known where it ends.
    private var openGap: EventID?

    /// - Parameters:
    ///   - begin: the event after which the new subscriptions begin.
    ///   - lost: the place the client asked for, where that is not in the log.
    init(_ subscriptions: [Subscription], after begin: EventID, lost: EventID?, leaving departure: FeedState.Departure)
    {
        before = departure.subscriptions
        position = departure.position
        added = SubscriptionSet()
        added.add(subscriptions, since: begin)
        self.subscriptions = subscriptions
        cursor = before.isEmpty ? begin : min(begin, position)
        openGap = lost
    }

    struct Step: Equatable {
        /// Between these two, events may be missing.
        var gap: (after: EventID, next: EventID)?
        /// The channel the event is sent under, if it is owed.
        var channel: String?

        static func == (left: Step, right: Step) -> Bool {
            left.gap?.after == right.gap?.after && left.gap?.next == right.gap?.next && left.channel == right.channel
        }
    }

    /// Moves on to the next event of the log.
    mutating func read(_ event: Event) -> Step {
        defer { cursor = event.id }
        let isBeginning = cursor == .start && event.id.looksLikeBeginning
        var step = Step(channel: channel(of: event))
        if let after = openGap.take() {
            step.gap = (after, event.id)
        } else if EventOrder(of: event.id, after: cursor) != .follows && !isBeginning {
            step.gap = (cursor, event.id)
        }
        return step
    }

    /// What lies between the cursor and `position` is not kept.
    mutating func skip(to position: EventID) { cursor = position }

    /// A gap that nothing came after.
    mutating func takeOpenGap() -> EventID? { openGap.take() }

    /// What the socket is subscribed to when it has caught up.
    var outcome: SubscriptionSet {
        var all = before
        all.merge(added)
        return all
    }

    private func channel(of event: Event) -> String? {
        if event.id > position { return outcome.channel(of: event) }
        return before.channel(of: event) == nil ? added.channel(of: event) : nil
    }
}

extension CatchUp {
    /// The same anew, when the log was lost meanwhile: from what is kept now.
    func restarted(era: Int) -> CatchUp {
        var all = outcome
        all.restart()
        let departure = FeedState.Departure(subscriptions: all, position: .start, era: era)
        return CatchUp(subscriptions, after: .start, lost: cursor, leaving: departure)
    }
}
