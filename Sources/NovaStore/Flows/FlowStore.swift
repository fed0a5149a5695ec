package import NovaContract
import RedisClient

/// A flow as it is kept.
package struct StoredFlow: Sendable, Equatable {
    package let definition: FlowDefinition
    package let version: Int
    /// Milliseconds since 1970.
    package let updatedAt: Int64
}

/// What storing or deleting a flow did.
package struct FlowChange: Sendable, Equatable {
    package let version: Int
    /// Whether there was one before.
    package let existed: Bool
}

/// The flows of a domain.
package struct FlowStore: Sendable {
    let store: Store

    package func get(_ id: String, domain: String) async throws -> StoredFlow? {
        let reply = try await store.redis.command(
            "HMGET",
            RedisArgument(store.keys.flow(id, domain: domain)),
            "definition",
            "version",
            "updated"
        )
        guard let values = reply.array, values.count == 3 else { throw UnexpectedReply("HMGET", reply) }
        guard let bytes = values[0].bytes else { return nil }
        var validator = Validator()
        let definition = FlowDefinition(try JSONValue(parsing: bytes), at: .root, &validator)
        try validator.finish()
        return StoredFlow(
            definition: definition,
            version: values[1].string.flatMap { Int($0) } ?? 0,
            updatedAt: values[2].string.flatMap { Int64($0) } ?? 0
        )
    }

    /// Stores a flow, or deletes it where `definition` is nil; once per job id (`flow-store.lua`).
    package func put(
        _ id: String,
        domain: String,
        definition: FlowDefinition?,
        jobID: String
    ) async throws -> FlowChange {
        let reply = try await store.redis.evaluate(
            StoreScripts.storeFlow,
            keys: [
                RedisArgument(store.keys.flow(id, domain: domain)),
                RedisArgument(store.keys.applied("flow", id, domain: domain, jobID: jobID)),
            ],
            arguments: [
                RedisArgument(definition?.json.jsonString ?? ""), RedisArgument(Timestamp.milliseconds()),
                RedisArgument(id), RedisArgument(domain), RedisArgument(store.retention.applied.wholeMilliseconds),
            ]
        )
        guard let parts = reply.array, parts.count == 2, let version = parts[0].int, let existed = parts[1].int else {
            throw UnexpectedReply("flow-store", reply)
        }
        return FlowChange(version: Int(version), existed: existed == 1)
    }
}
