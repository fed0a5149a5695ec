import HTTPTypes
import NovaContract
import NovaStore

/// Reading of resources and allocations, each answer as of one moment.
struct ResourceRoutes: Sendable {
    let store: Store

    private func asked(_ call: Call) throws -> PoolSpace {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "resources"))
        let domain = try key.domain(requested: call.facts.query["domain"])
        return store.pools(owner: key.owner, domain: domain)
    }

    func list(_ call: Call) async throws -> Answer {
        let look = try await asked(call).look()
        return .json([
            "resources": .array(look.pools.map { .object(Self.told($0, look)) }),
            "version": JSONValue(look.version), "timestamp": .string(Timestamp.string(milliseconds: look.now)),
        ])
    }

    func get(_ call: Call) async throws -> Answer {
        let space = try asked(call)
        let id = try call.entity("resource_id")
        let look = try await space.look(withHoldings: true)
        guard let pool = look.pools.first(where: { $0.id == id }) else {
            throw NovaError(.resourceNotFound, "there is no resource \(id) in the domain \(space.domain)")
        }
        var members = Self.told(pool, look)
        members["used_by"] = .object(
            look.used.compactMapValues { $0[id] }.filter { $0.value > .zero }.mapValues(\.json)
        )
        members["allocations"] = .array(
            look.holdings.filter { $0.items[id] != nil }.prefix(100).map { held in
                [
                    "allocation_id": .string(held.id), "requester": .string(held.requester),
                    "allocated": (held.items[id] ?? .zero).json, "priority": JSONValue(held.priority),
                    "preemptible": .bool(held.isPreemptible),
                    "granted_at": .string(Timestamp.string(milliseconds: held.grantedAt)),
                ]
            }
        )
        members["timestamp"] = .string(Timestamp.string(milliseconds: look.now))
        return try .entity("the resource \(id)", .object(members), version: pool.version, call)
    }

    func allocation(_ call: Call) async throws -> Answer {
        let space = try asked(call)
        let id = try call.entity("allocation_id")
        guard let record = try await space.allocation(id) else {
            throw NovaError(.resourceNotFound, "there is no allocation \(id) in the domain \(space.domain)")
        }
        var members = record.json
        members["timestamp"] = .string(Timestamp.string())
        return .json(.object(members))
    }

    private static func told(_ pool: ResourceDefinition, _ look: PoolSpace.Look) -> JSONObject {
        let allocated = look.allocated[pool.id] ?? .zero
        let waiting = look.queue.compactMap { $0.request.wants[pool.id] }
        var members = pool.json
        // A capacity that was lowered below what is given is reached when enough has come back.
        members["declared_capacity"] = pool.capacity.json
        members["capacity"] = max(pool.capacity, allocated).json
        members["shrinking"] = .bool(allocated > pool.capacity)
        members["allocated"] = allocated.json
        members["free"] = (allocated < pool.capacity ? pool.capacity - allocated : .zero).json
        members["waiting"] = [
            "requests": JSONValue(waiting.count), "amount": waiting.reduce(Amount.zero) { $0 + $1.minimum }.json,
        ]
        return members
    }
}
