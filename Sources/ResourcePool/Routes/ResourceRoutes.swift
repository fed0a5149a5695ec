import Allocation
import NovaAPI
import NovaContract
import NovaStore

/// Reading of resources and allocations, each answer as of one moment.
struct ResourceRoutes: Sendable {
    package let store: Store

    private static let read = Permission(.read, area: "resources")
    private static let path = "/api/orchestration/resources"
    private static let moment = "As of one moment."

    var all: [Route] {
        [
            .query(
                Self.path,
                needs: Self.read,
                as: .query,
                EndpointDocument(
                    "listResources",
                    tag: "resources",
                    "All resources",
                    Self.moment,
                    answer: "ResourceList"
                ),
                answer: list
            ),
            .query(
                Self.path + "/{resource_id}",
                needs: Self.read,
                as: .entity,
                EndpointDocument(
                    "getResource",
                    tag: "resources",
                    "One resource, and who holds it",
                    Self.moment,
                    answer: "Resource"
                ),
                answer: get
            ),
            .query(
                Self.path + "/allocations/{allocation_id}",
                needs: Self.read,
                as: .query,
                EndpointDocument(
                    "getAllocation",
                    tag: "resources",
                    "One allocation",
                    Self.moment,
                    answer: "Allocation"
                ),
                answer: allocation
            ),
        ]
    }

    private func list(_ query: Query) async throws -> Answer {
        let look = try await store.pools(owner: query.owner, domain: query.domain).look()
        return .json([
            "resources": .array(look.pools.map { .object(Self.told($0, look)) }),
            "version": JSONValue(look.version), "timestamp": .string(Timestamp.string(milliseconds: look.now)),
        ])
    }

    private func get(_ query: Query) async throws -> Answer {
        let space = store.pools(owner: query.owner, domain: query.domain)
        let id = try query.call.entity("resource_id")
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
        return try .entity("the resource \(id)", .object(members), version: pool.version, query.call)
    }

    private func allocation(_ query: Query) async throws -> Answer {
        let space = store.pools(owner: query.owner, domain: query.domain)
        let id = try query.call.entity("allocation_id")
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
