import NIOCore
import NovaContract

/// Who hears of an owner's events, and up to where they were given out.
///
/// Plain state, under the feed's lock: giving out only puts texts in line, so that nothing waits under it.
struct FeedState {
    fileprivate struct Member {
        let session: Session
        var subscriptions = SubscriptionSet()
        /// Whether it is given events as they come; otherwise it reads the log, or has no subscriptions.
        var isLive = false
        /// It has everything up to here, though the feed may be behind.
        var seen = EventID.start
    }

    /// What a session takes with it when it leaves the live ones to read the log.
    struct Departure {
        let subscriptions: SubscriptionSet
        let position: EventID
        let era: Int
    }

    enum Return: Equatable {
        case live
        /// The feed is further than the log that was read: read on from there.
        case behind(EventID)
        /// The log was lost meanwhile; what is kept now was not read.
        case restarted
        case gone
    }

    /// Everything up to here was given out.
    ///
    /// Nil until the feed has begun.
    private(set) var position: EventID?
    /// Grows when the log was lost and began anew: ids of two eras do not compare.
    private(set) var era = 0
    private var members: [UInt64: Member] = [:]
    private var listeners: [String: Set<UInt64>] = [:]
    /// Of those channels that tell of analytics.
    private var scopes: [String: AnalyticsScope] = [:]

    var isEmpty: Bool { members.isEmpty }

    mutating func begin(at position: EventID) { self.position = position }

    // MARK: - Members

    mutating func enter(_ session: Session) {
        if members[session.id] == nil { members[session.id] = Member(session: session) }
    }

    mutating func leave(_ session: Session) {
        guard let member = members.removeValue(forKey: session.id) else { return }
        unlist(session.id, member)
    }

    /// Leaves where nothing is subscribed.
    mutating func leaveIfIdle(_ session: Session) {
        if members[session.id]?.subscriptions.isEmpty == true { leave(session) }
    }

    /// How many subscriptions the session would have with these.
    func count(_ session: Session, with more: [Subscription]) -> Int {
        members[session.id]?.subscriptions.count(with: more) ?? more.count
    }

    /// Subscribes from now on.
    ///
    /// Returns where "now" is.
    mutating func join(_ session: Session, _ subscriptions: [Subscription]) -> EventID? {
        guard var member = members[session.id], let position else { return nil }
        let now = max(position, member.seen)
        member.seen = now
        member.isLive = true
        member.subscriptions.add(subscriptions, since: now)
        members[session.id] = member
        list(session.id, member)
        return now
    }

    mutating func depart(_ session: Session) -> Departure? {
        guard var member = members[session.id], let position else { return nil }
        unlist(session.id, member)
        member.isLive = false
        members[session.id] = member
        return Departure(
            subscriptions: member.subscriptions,
            position: max(position, member.seen),
            era: era
        )
    }

    /// Comes back from reading the log, having everything up to `cursor`.
    mutating func comeBack(
        _ session: Session,
        _ subscriptions: SubscriptionSet,
        at cursor: EventID,
        era: Int
    ) -> Return {
        guard var member = members[session.id], let position else { return .gone }
        guard era == self.era else { return .restarted }
        guard position <= cursor else { return .behind(position) }
        member.subscriptions = subscriptions
        member.seen = cursor
        member.isLive = true
        members[session.id] = member
        list(session.id, member)
        return .live
    }

    mutating func remove(_ session: Session, _ channels: [String], domain: String?) {
        guard var member = members[session.id] else { return }
        unlist(session.id, member)
        member.subscriptions.remove(channels, domain: domain)
        members[session.id] = member
        if member.isLive { list(session.id, member) }
    }

    private mutating func list(_ id: UInt64, _ member: Member) {
        for channel in member.subscriptions.channels {
            listeners[channel, default: []].insert(id)
            if channel.hasPrefix(Channel.analyticsPrefix) { scopes[channel] = AnalyticsScope(channel: channel) }
        }
    }

    private mutating func unlist(_ id: UInt64, _ member: Member) {
        for channel in member.subscriptions.channels {
            listeners[channel]?.remove(id)
            if listeners[channel]?.isEmpty == true {
                listeners[channel] = nil
                scopes[channel] = nil
            }
        }
    }

    // MARK: - Giving out

    /// Gives an event to those who listen, once each, and moves on to it.
    ///
    /// The text is made once for each channel.
    mutating func give(_ event: Event) {
        for channel in event.channels {
            guard let ids = listeners[channel] else { continue }
            var text: ByteBuffer?
            for id in ids {
                // Under another channel it comes, or came, in that one's turn.
                guard let member = members[id], member.isGiven(event),
                    member.subscriptions.channel(of: event) == channel
                else { continue }
                let made = text ?? ByteBuffer(string: event.frame(channel: channel))
                text = made
                member.session.offer(made, id: event.id)
            }
        }
        position = event.id
    }

    // MARK: - Analytics

    /// Which of the analytics that somebody listens to an event may have changed.
    func changes(by event: Event) -> [AnalyticsPush.Change] {
        scopes.filter { $0.value.isTouched(by: event) }.map { .init(channel: $0.key, domain: event.domain) }
    }

    /// All of the analytics that somebody listens to, for when it is not known what has changed.
    func allAnalytics() -> [AnalyticsPush.Change] {
        scopes.keys.flatMap { channel in
            (listeners[channel] ?? []).compactMap { members[$0] }.flatMap { member in
                member.subscriptions.domains(of: channel).map {
                    AnalyticsPush.Change(channel: channel, domain: $0 ?? member.session.key.defaultDomain)
                }
            }
        }
    }

    /// Those who hear of a change of the analytics of a channel.
    func listeners(to change: AnalyticsPush.Change) -> [Session] {
        (listeners[change.channel] ?? []).compactMap { id in
            guard let member = members[id], member.session.key.mayTouch(domain: change.domain),
                member.subscriptions.covers(change.channel, domain: change.domain)
            else { return nil }
            return member.session
        }
    }

    /// Tells the live ones that events may be missing.
    ///
    /// Those who have them already are not told.
    mutating func tellOfGap(after: EventID, next: EventID?) -> Int {
        let text = ServerMessage.gap(after: after, next: next)
        let told = members.values.filter { $0.isLive && ($0.seen < (next ?? $0.seen) || next == nil) }
        for member in told { member.session.offer(text) }
        return told.count
    }

    mutating func skip(to position: EventID) { self.position = position }

    /// The log was lost: what comes now is another one.
    mutating func restart() {
        position = .start
        era += 1
        for id in members.keys where members[id]?.isLive == true {
            members[id]?.seen = .start
            members[id]?.subscriptions.restart()
        }
    }
}

extension FeedState.Member {
    fileprivate func isGiven(_ event: Event) -> Bool {
        seen < event.id && session.key.mayTouch(domain: event.domain)
    }
}
