package import AsyncPrimitives

extension RedisClient {
    /// Hears one channel until the task is cancelled, beginning anew where the subscription or `take` fails.
    ///
    /// What is published in between is lost: `take` is told by `subscribed` that it may have missed something.
    ///
    /// - Parameters:
    ///   - backoff: between a failure and the next beginning; counts anew once `take` has returned for `subscribed`.
    ///   - onFailure: hears why, before the pause.
    package func hear(
        _ channel: String,
        buffer: Int = 1_024,
        backoff: ExponentialBackoff = .redisResubscribe,
        isolation: isolated (any Actor)? = #isolation,
        onFailure: (any Error) -> Void,
        _ take: (RedisSubscriptionEvent) async throws -> Void
    ) async {
        var failures = 0
        while !Task.isCancelled {
            do {
                try await subscribe(to: [channel], buffer: buffer) { subscription in
                    for try await event in subscription {
                        try await take(event)
                        if case .subscribed = event { failures = 0 }
                    }
                }
            } catch is CancellationError {
                return
            } catch {
                onFailure(error)
            }
            failures += 1
            // Cut short by cancellation, which the loop looks at.
            do { try await Task.sleep(for: backoff.delay(after: failures)) } catch {}
        }
    }
}

extension ExponentialBackoff {
    /// Before a subscription that failed is begun anew: always 100 ms, for its connection has a backoff of its own.
    package static let redisResubscribe = ExponentialBackoff.constant(.milliseconds(100))
}
