package import NovaContract
package import NovaStore
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

    package init(version: Int, existed: Bool) {
        self.version = version
        self.existed = existed
    }
}

/// The flows of one owner in one domain.
package struct FlowStore: Sendable {
    package let store: Store
    package let owner: String
    package let domain: String

    package func get(_ id: String) async throws -> StoredFlow? {
        let reply = try await store.redis.command("HMGET", key(id), "definition", "version", "updated")
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
    ///
    /// - Parameter ifVersion: which version may be changed; nil: any.
    /// - Throws: `NovaError` `LIMIT_REACHED` where it would be more than `bounds` allow, `PRECONDITION_FAILED` where it has another
    ///   version.
    package func put(
        _ id: String,
        definition: FlowDefinition?,
        bounds: FlowBounds = FlowBounds(),
        ifVersion: VersionCondition? = nil,
        jobID: String
    ) async throws -> FlowChange {
        let reply = try await store.redis.evaluate(
            FlowScripts.storeFlow,
            keys: [
                key(id), names,
                RedisArgument(store.keys.applied(jobID, of: .optimization, owner: owner, domain: domain)), usage,
            ],
            arguments: [
                RedisArgument(definition?.json.jsonString ?? ""), RedisArgument(Timestamp.milliseconds()),
                RedisArgument(id), RedisArgument(domain), RedisArgument(store.retention.applied.wholeMilliseconds),
                RedisArgument(bounds.flowsPerOwner), Self.deletedVersionKept, RedisArgument(bounds.bytesPerOwner),
                RedisArgument(ifVersion?.text ?? ""),
            ]
        )
        guard let parts = reply.array, parts.count == 2 else { throw UnexpectedReply("flow-store", reply) }
        if let ifVersion, parts[0].string == "stale" {
            throw ifVersion.failure("the flow \(id)", version: parts[1].string.flatMap { Int($0) })
        }
        if parts[0].string == "full" {
            if parts[1].string == "flows" {
                throw NovaError.limit("limits.flows_per_owner", bounds.flowsPerOwner, "flows")
            }
            throw NovaError.limit("limits.bytes_per_owner", bounds.bytesPerOwner, "bytes")
        }
        guard let version = parts[0].int, let existed = parts[1].int else { throw UnexpectedReply("flow-store", reply) }
        return FlowChange(version: Int(version), existed: existed == 1)
    }

    // MARK: - From older versions

    /// Takes over what an older version kept for all owners: `flow-adopt.lua`.
    ///
    /// - Returns: false where this owner has the same or a newer one.
    func adopt(_ flow: SharedFlow) async throws -> Bool {
        let reply = try await store.redis.evaluate(
            FlowScripts.adoptFlow,
            keys: [key(flow.id), names, usage],
            arguments: [
                RedisArgument(flow.definition ?? []), RedisArgument(flow.version), RedisArgument(flow.updated),
                RedisArgument(flow.id), RedisArgument(domain), Self.deletedVersionKept,
            ]
        )
        return reply.int == 1
    }

    // MARK: - Names

    private func key(_ id: String) -> RedisArgument {
        RedisArgument(store.keys.flow(id, owner: owner, domain: domain))
    }

    private var names: RedisArgument { RedisArgument(store.keys.flowNames(owner: owner)) }

    private var usage: RedisArgument { RedisArgument(store.keys.usage(owner: owner)) }

    /// A day: a flow that is deleted and stored again tells its versions apart for as long.
    private static let deletedVersionKept = RedisArgument(Duration.seconds(86_400).wholeMilliseconds)
}

extension Store {
    /// The flows of one owner in one domain.
    package func flows(owner: String, domain: String) -> FlowStore {
        FlowStore(store: self, owner: owner, domain: domain)
    }

    package var flowMigration: FlowMigration { FlowMigration(store: self) }
}
