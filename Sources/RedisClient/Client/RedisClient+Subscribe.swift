extension RedisClient {
    /// Subscribes for the time of `body`, over one connection that all scopes share.
    ///
    /// Leaving the scope unsubscribes, however it is left, unless another scope has the same channel.
    ///
    /// Redis keeps nothing for subscribers: messages published while the connection is away are lost, and the scope is
    /// told by `interrupted` and `subscribed`. A reader that lags more than `buffer` events behind loses the
    /// subscription, with `RedisError.subscriberTooSlow`; other scopes are not held up by it.
    ///
    /// - Parameters:
    ///   - channels: names, exactly; at least one name or pattern.
    ///   - patterns: as of `PSUBSCRIBE`.
    ///   - buffer: events kept for the reader, at least 1.
    /// - Throws: what `body` throws; `RedisError.refused`, `.closed` or `.backlogFull` before it is called.
    package func subscribe<Result>(
        to channels: [String],
        patterns: [String] = [],
        buffer: Int = 1024,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RedisSubscription) async throws -> Result
    ) async throws -> Result {
        let topics = Set(channels.map(SubscriptionTopic.channel) + patterns.map(SubscriptionTopic.pattern))
        guard !topics.isEmpty else { throw RedisError.refused("a subscription to nothing") }
        let scope = try subscriptions.join(topics, capacity: buffer)
        defer {
            subscriptions.leave(scope.id)
            scope.buffer.finish(.closed)
        }
        return try await body(RedisSubscription(buffer: scope.buffer))
    }
}
