/// What the server says on a subscription connection.
enum SubscriptionReply: Equatable {
    case message(topic: SubscriptionTopic, channel: String, payload: [UInt8])
    case subscribed(SubscriptionTopic)
    case unsubscribed(SubscriptionTopic)
    case pong
    case error(RedisServerError)

    /// Nil where it makes no sense.
    init?(_ reply: RedisValue) {
        switch reply {
        case .error(let error): self = .error(error)
        // As PING is answered while nothing is subscribed.
        case .simple: self = .pong
        case .array(let parts):
            guard let kind = parts.first?.string else { return nil }
            self.init(kind: kind, parts)
        case .null, .integer, .bulk: return nil
        }
    }

    private init?(kind: String, _ parts: [RedisValue]) {
        switch (kind, parts.count) {
        case ("message", 3):
            guard let channel = parts[1].string, let payload = parts[2].bytes else { return nil }
            self = .message(topic: .channel(channel), channel: channel, payload: payload)
        case ("pmessage", 4):
            guard let pattern = parts[1].string, let channel = parts[2].string, let payload = parts[3].bytes else {
                return nil
            }
            self = .message(topic: .pattern(pattern), channel: channel, payload: payload)
        case ("subscribe", 3), ("psubscribe", 3), ("unsubscribe", 3), ("punsubscribe", 3):
            guard let name = parts[1].string else { return nil }
            let topic = SubscriptionTopic(name: name, isPattern: kind.hasPrefix("p"))
            self = kind.hasSuffix("unsubscribe") ? .unsubscribed(topic) : .subscribed(topic)
        case ("pong", 2): self = .pong
        default: return nil
        }
    }
}
