import Allocation
import NovaContract
import NovaStore
import RedisClient

/// Reads what the scripts of resources give.
enum PoolViews {
    /// The names and values of `HGETALL`.
    static func pairs(_ value: RedisValue) -> [(name: String, value: RedisValue)] {
        let parts = value.array ?? []
        return stride(from: 0, to: parts.count - 1, by: 2).compactMap { index in
            parts[index].string.map { ($0, parts[index + 1]) }
        }
    }

    private static func json(_ value: RedisValue) throws -> JSONValue {
        guard let bytes = value.bytes else { return .null }
        return try JSONValue(parsing: bytes)
    }

    static func definitions(_ value: RedisValue) throws -> [ResourceDefinition] {
        try pairs(value).map { ResourceDefinition(id: $0, kept: try json($1)) }.sorted { $0.id < $1.id }
    }

    static func amounts(_ value: RedisValue) -> [String: Amount] {
        Dictionary(pairs(value).map { ($0, amount($1)) }) { $1 }
    }

    private static func amount(_ value: RedisValue) -> Amount {
        Amount(milli: value.string.flatMap { Int64($0) } ?? 0)
    }

    static func used(_ value: RedisValue) -> [String: [String: Amount]] {
        var used: [String: [String: Amount]] = [:]
        for (name, value) in pairs(value) {
            let parts = name.split(separator: SpaceName.separator, maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            used[parts[0], default: [:]][parts[1]] = amount(value)
        }
        return used
    }

    static func queue(_ value: RedisValue) throws -> [PoolSpace.Queued] {
        try pairs(value).map { id, value in
            let kept = try json(value)
            return PoolSpace.Queued(
                id: id,
                requester: kept["requester"]?.stringValue ?? "",
                request: AllocateRequest(kept: kept["request"] ?? [:]),
                since: kept["since"]?.intValue.map(Int64.init) ?? 0
            )
        }
    }

    private static func items(_ value: JSONValue) -> [String: Amount] {
        (value.objectValue ?? [:]).dictionary { $0.intValue.map { Amount(milli: Int64($0)) } }
    }

    static func holdings(_ value: RedisValue) throws -> [PoolSpace.Held] {
        try (value.array ?? []).compactMap { each in
            guard let parts = each.array, parts.count == 6, let id = parts[0].string, let requester = parts[1].string
            else { return nil }
            return PoolSpace.Held(
                id: id,
                requester: requester,
                priority: parts[2].string.flatMap { Int($0) } ?? 1,
                isPreemptible: parts[3].string == "1",
                items: items(try json(parts[4])),
                grantedAt: parts[5].string.flatMap { Int64($0) } ?? 0
            )
        }
    }

    /// Nil where there is none.
    static func allocation(_ id: String, _ value: RedisValue, domain: String) throws -> AllocationRecord? {
        let fields = Dictionary(pairs(value)) { $1 }
        guard let state = fields["state"]?.string.flatMap(AllocationRecord.State.init(rawValue:)) else { return nil }
        func time(_ name: String) -> Int64? { fields[name]?.string.flatMap { Int64($0) } }
        return AllocationRecord(
            id: id,
            domain: domain,
            state: state,
            requester: fields["requester"]?.string ?? "",
            request: AllocateRequest(kept: try fields["request"].map(json) ?? [:]),
            items: items(try fields["items"].map(json) ?? [:]),
            since: time("since") ?? 0,
            grantedAt: time("granted"),
            expiresAt: time("expires"),
            waitsUntil: time("until"),
            endedAt: time("ended"),
            reason: fields["why"]?.string
        )
    }

    static func ends(_ value: RedisValue) -> [AllocationRecord.State: Int] {
        var ends: [AllocationRecord.State: Int] = [:]
        for (name, value) in pairs(value) {
            guard let state = AllocationRecord.State(rawValue: name) else { continue }
            ends[state] = value.string.flatMap { Int($0) } ?? 0
        }
        return ends
    }
}
