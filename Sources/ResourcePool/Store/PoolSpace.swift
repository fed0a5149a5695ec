package import Allocation
package import NovaContract
package import NovaStore
import RedisClient

/// The resources of one owner in one domain: one hash tag, so that each change of them is one script.
package struct PoolSpace: OwnedSpace {
    package let store: Store
    package let owner: String
    package let domain: String

    // MARK: - Looking

    /// All of it, as of one moment.
    package struct Look: Sendable {
        package let version: Int64
        /// Redis's, milliseconds since 1970.
        package let now: Int64
        package let pools: [ResourceDefinition]
        package let allocated: [String: Amount]
        /// By requester, then by pool.
        package let used: [String: [String: Amount]]
        package let queue: [Queued]
        /// Where they were asked for.
        package let holdings: [Held]
        /// Those that were asked for and are there.
        package let named: [AllocationRecord]
        /// How allocations ended, counted.
        package let ends: [AllocationRecord.State: Int]
    }

    package struct Queued: Sendable {
        package let id: String
        package let requester: String
        package let request: AllocateRequest
        package let since: Int64
    }

    package struct Held: Sendable {
        package let id: String
        package let requester: String
        package let priority: Int
        package let isPreemptible: Bool
        package let items: [String: Amount]
        package let grantedAt: Int64
    }

    /// `allocation-look.lua`.
    ///
    /// - Parameters:
    ///   - withHoldings: whether what everybody holds is read too: some at a time, so that it may have changed since `version`.
    ///   - named: allocations to read.
    package func look(withHoldings: Bool = false, named: [String] = []) async throws -> Look {
        let parts = try await look(holdings: withHoldings ? Self.holdingsAtOnce : 0, after: 0, named: named)
        guard let version = parts[0].int, let now = parts[1].int else {
            throw UnexpectedReply("allocation-look", .array(parts))
        }
        var holdings = try PoolViews.holdings(parts[6])
        while withHoldings, holdings.count.isMultiple(of: Self.holdingsAtOnce), !holdings.isEmpty {
            let more = try await look(holdings: Self.holdingsAtOnce, after: holdings.count, named: [])
            let found = try PoolViews.holdings(more[6])
            guard !found.isEmpty else { break }
            holdings += found
        }
        return Look(
            version: version,
            now: now,
            pools: try PoolViews.definitions(parts[2]),
            allocated: PoolViews.amounts(parts[3]),
            used: PoolViews.used(parts[4]),
            queue: try PoolViews.queue(parts[5]),
            holdings: holdings,
            named: try zip(named, parts[7].array ?? []).compactMap {
                try PoolViews.allocation($0, $1, domain: domain)
            },
            ends: PoolViews.ends(parts[8])
        )
    }

    private static let holdingsAtOnce = 500

    private func look(holdings: Int, after count: Int, named: [String]) async throws -> [RedisValue] {
        let reply = try await call(
            ResourceScripts.lookAtPools,
            by: "",
            [RedisArgument(holdings), RedisArgument(count)] + named.map { RedisArgument($0) }
        )
        guard let parts = reply.array, parts.count == 9 else { throw UnexpectedReply("allocation-look", reply) }
        return parts
    }

    /// One resource, without reading all of them; nil where it is not there.
    package func pool(_ id: String) async throws -> ResourceDefinition? {
        let kept = try await store.redis.command("HGET", key("pools"), RedisArgument(id))
        return try kept.bytes.map { ResourceDefinition(id: id, kept: try JSONValue(parsing: $0)) }
    }

    /// The same of an allocation.
    package func allocation(_ id: String) async throws -> AllocationRecord? {
        let fields = try await store.redis.command("HGETALL", key("allocation", id))
        return try PoolViews.allocation(id, fields, domain: domain)
    }

    /// The newest releases of a pool, the oldest first: when (ms since 1970), and how much.
    package func releases(of pool: String) async throws -> [(at: Int64, amount: Double)] {
        let reply = try await store.redis.command("LRANGE", key("releases", pool), "0", "-1")
        guard let entries = reply.array else { throw UnexpectedReply("LRANGE", reply) }
        return entries.compactMap { entry in
            let parts = (entry.string ?? "").split(separator: " ")
            guard parts.count == 2, let at = Int64(parts[0]), let milli = Int64(parts[1]) else { return nil }
            return (at, Double(milli) / 1_000)
        }
    }

    // MARK: - Changing

    package enum Operation: Sendable {
        case declare(ResourceDefinition, ifVersion: VersionCondition? = nil)
        case drop(String, ifVersion: VersionCondition? = nil)
        case end(String, AllocationRecord.State, why: String)
        case grant(id: String, requester: String, request: AllocateRequest, items: [String: Amount])
        case wait(id: String, requester: String, request: AllocateRequest, until: Int64)
    }

    /// Books what was decided; false where something has changed since: `allocation-commit.lua`.
    ///
    /// - Throws: `NovaError` for what is refused.
    package func commit(_ operations: [Operation], version: Int64, by: String, jobID: String) async throws -> Bool {
        try await store.poolSpaces.add(self)
        let reply = try await call(
            ResourceScripts.commitAllocations,
            by: by,
            job: jobID,
            [
                RedisArgument("\(version)"), RedisArgument(JSONValue.array(operations.map(\.json)).jsonString),
            ]
        )
        let parts = reply.array ?? []
        if let refusal = SpaceScripts.refusal(parts) { throw refusal }
        switch parts.first?.string {
        case "done": return true
        case "stale": return false
        default: throw UnexpectedReply("allocation-commit", reply)
        }
    }

    package enum Ending: Sendable, Equatable {
        case release
        /// With another time to live, in seconds; nil: its own.
        case renew(ttl: Double?)
    }

    /// How an allocation stands after `end`, and whether anybody waits.
    package struct Standing: Sendable, Equatable {
        package let state: AllocationRecord.State
        package let waiting: Int
    }

    /// `allocation-end.lua`.
    ///
    /// - Throws: `NovaError` for what is refused.
    package func end(_ id: String, _ ending: Ending, by: String, jobID: String) async throws -> Standing {
        let (what, ttl): (String, RedisArgument)
        switch ending {
        case .release: (what, ttl) = ("release", "")
        case .renew(let seconds): (what, ttl) = ("renew", seconds.map { RedisArgument(Int64($0 * 1_000)) } ?? "")
        }
        let reply = try await call(
            ResourceScripts.endAllocation,
            by: by,
            job: jobID,
            [RedisArgument(id), RedisArgument(what), ttl]
        )
        let parts = reply.array ?? []
        if let refusal = SpaceScripts.refusal(parts) { throw refusal }
        guard parts.count == 4, let state = parts[1].string.flatMap(AllocationRecord.State.init(rawValue:)) else {
            throw UnexpectedReply("allocation-end", reply)
        }
        return Standing(state: state, waiting: parts[3].int.map(Int.init) ?? 0)
    }

    /// What `tick` did.
    package struct Tick: Sendable, Equatable {
        package let expired: Int
        package let timedOut: Int
        package let waiting: Int
        package let isUnfinished: Bool
    }

    /// Does what is due: `allocation-tick.lua`.
    ///
    /// - Parameter most: leases, waits and pools that they held something of, together.
    package func tick(most: Int = 50) async throws -> Tick {
        let reply = try await call(ResourceScripts.tickAllocations, by: "nova", [RedisArgument(most)])
        let counts = (reply.array ?? []).compactMap { $0.int.map(Int.init) }
        guard counts.count == 4 else { throw UnexpectedReply("allocation-tick", reply) }
        return Tick(expired: counts[0], timedOut: counts[1], waiting: counts[2], isUnfinished: counts[3] == 1)
    }

    package func takeTurn(for time: Duration) async throws -> Bool { try await scripts.takeTurn(for: time) }

    // MARK: - Calling

    private var scripts: SpaceScripts {
        SpaceScripts(
            store: store,
            base: store.keys.pools(owner: owner, domain: domain),
            owner: owner,
            domain: domain
        )
    }

    private func key(_ part: String, _ id: String? = nil) -> RedisArgument { scripts.key(part, id) }

    private func call(
        _ script: RedisScript,
        by: String,
        job: String? = nil,
        _ arguments: [RedisArgument]
    ) async throws -> RedisValue {
        try await scripts.call(
            script,
            head: [RedisArgument(by), RedisArgument(store.retention.allocations.wholeMilliseconds)],
            marker: job.map { store.keys.applied($0, of: .allocation, owner: owner, domain: domain) },
            arguments
        )
    }
}

extension PoolSpace.Operation {
    fileprivate var json: JSONValue {
        switch self {
        case .declare(let definition, let condition):
            [
                "op": "pool", "id": .string(definition.id), "capacity": .integer(definition.capacity.milli),
                "condition": .string(condition?.text ?? ""),
                "definition": .string(JSONValue.object(definition.json).jsonString),
            ]
        case .drop(let id, let condition):
            ["op": "drop", "id": .string(id), "condition": .string(condition?.text ?? "")]
        case .end(let id, let state, let why):
            ["op": "end", "id": .string(id), "state": .string(state.rawValue), "why": .string(why)]
        case .grant(let id, let requester, let request, let items):
            [
                "op": "grant", "id": .string(id), "requester": .string(requester),
                "priority": .string("\(request.priority)"), "preemptible": request.isPreemptible ? "1" : "0",
                "items": Self.told(items), "told": .string(Self.told(items).jsonString),
                "ttl": .integer(Int64(request.ttl * 1_000)), "request": .string(request.json.jsonString),
            ]
        case .wait(let id, let requester, let request, let until):
            [
                "op": "wait", "id": .string(id), "requester": .string(requester),
                "request": .string(request.json.jsonString), "until": .integer(until),
            ]
        }
    }

    private static func told(_ items: [String: Amount]) -> JSONValue { .object(items.mapValues { .integer($0.milli) }) }
}

extension Store {
    /// The resources of one owner in one domain.
    package func pools(owner: String, domain: String) -> PoolSpace {
        PoolSpace(store: self, owner: owner, domain: domain)
    }

    package var poolSpaces: SpaceRegistry<PoolSpace> {
        spaces(keys.poolSpaces) { pools(owner: $0, domain: $1) }
    }
}
