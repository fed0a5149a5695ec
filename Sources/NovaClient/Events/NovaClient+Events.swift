extension NovaClient {
    /// Subscribes to channels, runs `body` with what they tell, and leaves them.
    ///
    /// `body` begins when the subscription is in force: nothing that happens from then on is missed. A connection that is lost, or
    /// whose gateway no longer answers, is made again, and goes on behind the last event that was read: each event comes once and
    /// in order, or a ``NovaEvents/Message/gap(after:next:)`` tells what is missing. When this returns or throws, cancelled or
    /// not, the socket is closed; a gateway that does not answer the close is waited for 2 s at most.
    ///
    /// - Parameters:
    ///   - channels: `jobs` (all of the key's owner), `job:ID`, `flow:ID`, `tasks`, `task:ID`, `agents`, `agent:ID`,
    ///     `coordination:ID`, `resources`, `resource:ID`, `allocation:ID`, `memory:ID`, `analytics:flows`, `analytics:resources`,
    ///     `analytics:agents`; at most 100.
    ///   - since: Everything after this event, as far as it is kept; nil: from now on.
    ///   - domain: Nil: the key's own.
    /// - Throws: ``NovaClientError`` where the first connection is refused, or is not there after the attempts of the retry policy;
    ///   what `body` throws.
    public func withEvents<R>(
        channels: [String],
        since: String? = nil,
        domain: String? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (NovaEvents) async throws -> R
    ) async throws -> R {
        let session = EventSession(client: self, channels: channels, since: since, domain: domain)
        do {
            try await session.open()
            let result = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await session.watch() }
                defer { group.cancelAll() }
                return try await body(NovaEvents(session: session))
            }
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }
}
