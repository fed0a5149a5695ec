import NovaStore
import RedisClient

/// What is published on some channels while `body` runs and until it is all there.
struct Heard {
    private var events: RedisSubscription.AsyncIterator
    private let store: Store
    private let channels: [String]

    static func on<R>(
        _ channels: [String],
        of store: Store,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (inout Heard) async throws -> R
    ) async throws -> R {
        try await store.redis.subscribe(to: channels) { subscription in
            var heard = Heard(events: subscription.makeAsyncIterator(), store: store, channels: channels)
            guard try await heard.events.next() == .subscribed else { throw RedisError.notConnected("not subscribed") }
            return try await body(&heard)
        }
    }

    /// Everything that was published since the last call, as `channel: text`, in order.
    mutating func all() async throws -> [String] {
        // What was published before this mark is heard before it.
        _ = try await store.redis.command("PUBLISH", RedisArgument(channels[0]), "mark")
        var texts: [String] = []
        while let event = try await events.next() {
            guard case .message(let channel, _, let payload) = event else { continue }
            let text = String(decoding: payload, as: UTF8.self)
            if text == "mark" { return texts }
            texts.append("\(channel): \(text)")
        }
        return texts
    }
}
