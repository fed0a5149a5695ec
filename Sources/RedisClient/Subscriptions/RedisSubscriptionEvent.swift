/// What a subscriber hears.
package enum RedisSubscriptionEvent: Sendable, Equatable {
    /// All channels of the scope are subscribed: the first event, and again after each `interrupted`. What was
    /// published before it may not have been heard; read the state of things now.
    case subscribed
    /// The connection is gone, or there never was one, and why. Messages are lost until `subscribed`.
    case interrupted(String)
    /// `pattern` is the one that matched; nil where the channel itself was subscribed. A message that reaches a scope
    /// by several of its names comes once for each.
    case message(channel: String, pattern: String?, payload: [UInt8])
}
