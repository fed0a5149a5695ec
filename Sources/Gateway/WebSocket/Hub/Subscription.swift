import NovaContract

/// One thing a socket is subscribed to: a channel, in one domain or in all that the key may touch.
struct Subscription: Hashable, Sendable {
    let channel: String
    let domain: String?
}

/// What a socket is subscribed to, and since when.
///
/// Plain state.
struct SubscriptionSet: Sendable {
    /// Every event after this one, that belongs to the subscription, was sent or will be.
    private var since: [Subscription: EventID] = [:]

    var isEmpty: Bool { since.isEmpty }
    var channels: Set<String> { Set(since.keys.map(\.channel)) }

    /// How many there would be with these.
    func count(with more: [Subscription]) -> Int {
        since.count + Set(more).count { since[$0] == nil }
    }

    /// Of two beginnings the earlier one counts.
    mutating func add(_ subscriptions: [Subscription], since id: EventID) {
        for subscription in subscriptions { since[subscription] = min(id, since[subscription] ?? id) }
    }

    mutating func merge(_ other: SubscriptionSet) {
        since.merge(other.since) { min($0, $1) }
    }

    /// Leaves channels: in one domain, or altogether where `domain` is nil.
    mutating func remove(_ channels: [String], domain: String?) {
        for subscription in since.keys where channels.contains(subscription.channel) {
            if domain == nil || subscription.domain == domain { since[subscription] = nil }
        }
    }

    /// As if all had begun with the log.
    mutating func restart() {
        for subscription in since.keys { since[subscription] = .start }
    }

    /// The channel an event is sent under: the most specific one subscribed; nil where it is none of them.
    func channel(of event: Event) -> String? {
        event.channels.first { channel in
            covers(channel, nil, event.id) || covers(channel, event.domain, event.id)
        }
    }

    /// The domains in which a channel is subscribed to; nil: in all.
    func domains(of channel: String) -> [String?] { since.keys.filter { $0.channel == channel }.map(\.domain) }

    /// Whether a channel is subscribed to, in this domain or in all.
    func covers(_ channel: String, domain: String) -> Bool {
        since[Subscription(channel: channel, domain: nil)] != nil
            || since[Subscription(channel: channel, domain: domain)] != nil
    }

    private func covers(_ channel: String, _ domain: String?, _ id: EventID) -> Bool {
        since[Subscription(channel: channel, domain: domain)].map { $0 < id } ?? false
    }
}
