/// What can be subscribed: a channel, or a pattern of channel names.
struct SubscriptionTopic: Hashable, Sendable {
    let name: String
    let isPattern: Bool

    static func channel(_ name: String) -> SubscriptionTopic { SubscriptionTopic(name: name, isPattern: false) }
    static func pattern(_ name: String) -> SubscriptionTopic { SubscriptionTopic(name: name, isPattern: true) }

    var subscribeCommand: [RedisArgument] { [isPattern ? "PSUBSCRIBE" : "SUBSCRIBE", RedisArgument(name)] }
    var unsubscribeCommand: [RedisArgument] { [isPattern ? "PUNSUBSCRIBE" : "UNSUBSCRIBE", RedisArgument(name)] }
}
