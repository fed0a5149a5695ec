package import NovaContract
import RedisClient

/// Reading of an owner's event log.
package struct EventLog: Sendable {
    package let store: Store

    /// The events after `id`, oldest first, at most `count`.
    package func events(owner: String, after id: EventID, count: Int) async throws -> [Event] {
        let reply = try await store.redis.command(
            "XRANGE",
            RedisArgument(store.keys.events(owner: owner)),
            RedisArgument("(\(id)"),
            "+",
            "COUNT",
            RedisArgument(count)
        )
        guard let entries = reply.array else { throw UnexpectedReply("XRANGE", reply) }
        return try entries.map { entry in
            guard let parts = entry.array, parts.count == 2, let id = parts[0].string.flatMap({ EventID($0) }),
                let fields = parts[1].array, let event = Self.event(id, fields)
            else { throw UnexpectedReply("XRANGE", entry) }
            return event
        }
    }

    private static func event(_ id: EventID, _ fields: [RedisValue]) -> Event? {
        var values: [String: String] = [:]
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            guard let name = fields[index].string, let value = fields[index + 1].string else { return nil }
            values[name] = value
        }
        guard let name = values["event"], let domain = values["domain"], let channels = values["channels"],
            let data = values["data"]
        else { return nil }
        return Event(
            id: id,
            name: name,
            domain: domain,
            channels: channels.split(separator: Event.channelSeparator).map(String.init),
            data: data
        )
    }

    /// The id of the owner's newest event, kept or not; nil where the log has not begun.
    package func newest(owner: String) async throws -> EventID? {
        let reply = try await store.redis.command(
            "HMGET",
            RedisArgument(store.keys.eventClock(owner: owner)),
            "ms",
            "seq"
        )
        guard let values = reply.array, values.count == 2 else { throw UnexpectedReply("HMGET", reply) }
        guard let milliseconds = values[0].string, let sequence = values[1].string else { return nil }
        return EventID("\(milliseconds)-\(sequence)")
    }
}
