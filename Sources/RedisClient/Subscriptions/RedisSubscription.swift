/// The events of a subscription scope, in order.
///
/// One reader at a time; of use only inside the scope.
///
/// Iterating throws `RedisError.subscriberTooSlow` where the buffer was full, after what was buffered; the server's
/// error where it refuses a channel; `.closed` after the scope or the client; `CancellationError` when cancelled.
package struct RedisSubscription: AsyncSequence, Sendable {
    let buffer: SubscriptionBuffer

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let buffer: SubscriptionBuffer

        /// Never nil: a subscription ends by leaving its scope, or by an error.
        package mutating func next() async throws -> RedisSubscriptionEvent? {
            try await buffer.next()
        }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws -> RedisSubscriptionEvent? {
            try await buffer.next()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer) }
}
