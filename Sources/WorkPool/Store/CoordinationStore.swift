package import NovaContract
import NovaStore
import RedisClient

/// A coordination as it is kept.
package struct CoordinationRecord: Sendable, Equatable {
    package let id: String
    package let status: String
    package let version: Int
    package let state: JSONValue
    /// Milliseconds since 1970.
    package let createdAt: Int64
    package let updatedAt: Int64
    /// Oldest first; at most the newest 1,000 where it is read for a client.
    package let messages: [JSONValue]
}

/// One step of a coordination, to be saved.
package struct CoordinationStep: Sendable {
    package let id: String
    /// That was read; 0 for a new one.
    package let version: Int
    package let status: String
    package let state: JSONValue
    package let messages: [JSONValue]
    /// For example `coordination.completed`; nil: subscribers hear only the messages.
    package let event: String?
    /// Further members of the event.
    package let data: JSONObject

    package init(
        id: String,
        version: Int,
        status: String,
        state: JSONValue,
        messages: [JSONValue],
        event: String?,
        data: JSONObject = [:]
    ) {
        self.id = id
        self.version = version
        self.status = status
        self.state = state
        self.messages = messages
        self.event = event
        self.data = data
    }
}

/// The coordinations of one space.
package struct CoordinationStore: Sendable {
    let space: WorkSpace

    /// Nil where there is none.
    package func get(_ id: String, withMessages: Bool = true) async throws -> CoordinationRecord? {
        let fields = try await space.store.redis.command(
            "HMGET",
            space.key("coordination", id),
            "status",
            "version",
            "state",
            "created",
            "updated"
        )
        guard let values = fields.array, values.count == 5 else { throw UnexpectedReply("HMGET", fields) }
        guard let status = values[0].string else { return nil }
        let messages =
            withMessages
            ? try await space.store.redis.command("LRANGE", space.key("messages", id), "-1000", "-1").array ?? [] : []
        return CoordinationRecord(
            id: id,
            status: status,
            version: values[1].string.flatMap { Int($0) } ?? 0,
            state: try JSONValue(parsing: values[2].bytes ?? []),
            createdAt: values[3].string.flatMap { Int64($0) } ?? 0,
            updatedAt: values[4].string.flatMap { Int64($0) } ?? 0,
            messages: try messages.compactMap { try $0.bytes.map { try JSONValue(parsing: $0) } }
        )
    }

    /// Saves a step: `coordination-save.lua`.
    ///
    /// - Returns: the new version, or nil where another has saved a step from the same version.
    package func save(_ step: CoordinationStep, by: String) async throws -> Int? {
        let data = JSONValue.object(step.data).jsonString.dropFirst().dropLast()
        let reply = try await space.call(
            WorkScripts.saveCoordination,
            by: by,
            [
                RedisArgument(step.id), RedisArgument(step.version), RedisArgument(step.status),
                RedisArgument(step.state.jsonString),
                RedisArgument(space.store.retention.coordinations.wholeMilliseconds),
                RedisArgument(step.event ?? ""), RedisArgument(String(data)),
            ] + step.messages.map { RedisArgument($0.jsonString) }
        )
        if let refusal = SpaceScripts.refusal(reply.array ?? []) { throw refusal }
        guard let parts = reply.array, parts.count == 2, let version = parts[1].int else {
            throw UnexpectedReply("coordination-save", reply)
        }
        return parts[0].string == "saved" ? Int(version) : nil
    }
}
