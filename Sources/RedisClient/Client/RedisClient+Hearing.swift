extension RedisClient {
    /// Hears one channel until the task is cancelled, beginning anew where the subscription or `take` fails.
    ///
    /// What is published in between is lost: `take` is told by `subscribed` that it may have missed something.
    ///
    /// - Parameters:
    ///   - pause: between a failure and the next beginning.
    ///   - onFailure: hears why, before the pause.
    package func hear(
        _ channel: String,
        buffer: Int = 1_024,
        pause: Duration = .milliseconds(100),
        isolation: isolated (any Actor)? = #isolation,
        onFailure: (any Error) -> Void,
        _ take: (RedisSubscriptionEvent) async throws -> Void
    ) async {
        while !Task.isCancelled {
            do {
                try await subscribe(to: [channel], buffer: buffer) { subscription in
                    for try await event in subscription { try await take(event) }
                }
            } catch is CancellationError {
                return
            } catch {
                onFailure(error)
            }
            // Cut short by cancellation, which the loop looks at.
            do { try await Task.sleep(for: pause) } catch {}
        }
    }
}
