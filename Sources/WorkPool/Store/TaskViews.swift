import NovaContract
import NovaStore
import RedisClient

/// Reads what `lib-view.lua` gives.
enum TaskViews {
    static func task(_ view: RedisValue, domain: String) throws -> TaskRecord {
        guard let parts = view.array, parts.count >= 3, let id = parts[0].string, let fields = parts[1].array,
            fields.count == 18, let state = fields[0].string.flatMap(TaskState.init(rawValue:)),
            let waiting = parts[2].array
        else { throw UnexpectedReply("task view", view) }
        func number(_ index: Int) -> Int64? { fields[index].string.flatMap { Int64($0) } }
        let more = parts.count > 3 ? parts[3].array ?? [] : []
        return TaskRecord(
            id: id,
            domain: domain,
            state: state,
            version: number(1).map(Int.init) ?? 0,
            definition: TaskDefinition(kept: try json(fields[2]) ?? [:]),
            coordination: fields[3].string,
            agentID: fields[4].string,
            token: number(5).map(Int.init) ?? 0,
            leaseUntil: number(6),
            attempts: number(7).map(Int.init) ?? 0,
            waiting: waiting.compactMap(\.string).sorted(),
            retryAt: number(8),
            createdAt: number(9) ?? 0,
            updatedAt: number(10) ?? 0,
            startedAt: number(11),
            finishedAt: number(12),
            progress: fields[13].string.flatMap { Double($0) } ?? 0,
            progressMessage: fields[14].string ?? "",
            tokens: number(17).map(Int.init) ?? 0,
            result: more.isEmpty ? nil : try json(more[0]),
            error: more.count < 2 ? nil : try json(more[1]),
            history: try parts.count > 4 ? (parts[4].array ?? []).compactMap { try json($0).map(told) } : [],
            subtasks: parts.count > 5 ? (parts[5].array ?? []).compactMap(\.string).sorted() : []
        )
    }

    private static func json(_ value: RedisValue) throws -> JSONValue? {
        guard let bytes = value.bytes, !bytes.isEmpty else { return nil }
        return try JSONValue(parsing: bytes)
    }

    /// Kept in milliseconds, told as a time.
    private static func told(_ entry: JSONValue) -> JSONValue {
        guard var members = entry.objectValue, let at = members["at"]?.intValue else { return entry }
        members["at"] = .string(Timestamp.string(milliseconds: Int64(at)))
        return .object(members)
    }

    static func agent(_ view: RedisValue, domain: String) throws -> AgentRecord {
        guard let parts = view.array, parts.count == 5, let id = parts[0].string, let fields = parts[1].array,
            fields.count == 5, let running = parts[2].array, let assigned = parts[3].array, let stats = parts[4].array
        else { throw UnexpectedReply("agent view", view) }
        return AgentRecord(
            definition: try AgentDefinition(agentID: id, body: json(fields[0]) ?? [:]),
            domain: domain,
            version: fields[1].string.flatMap { Int($0) } ?? 0,
            registeredAt: fields[2].string.flatMap { Int64($0) } ?? 0,
            seenAt: fields[3].string.flatMap { Int64($0) },
            isOnline: fields[4].string == "1",
            running: running.compactMap(\.string).sorted(),
            assigned: assigned.compactMap(\.string),
            record: tallies(stats)
        )
    }

    private static func tallies(_ stats: [RedisValue]) -> [String: AgentRecord.Tally] {
        var tallies: [String: AgentRecord.Tally] = [:]
        for index in stride(from: 0, to: stats.count - 1, by: 2) {
            guard let name = stats[index].string, let count = stats[index + 1].string.flatMap({ Int($0) }) else {
                continue
            }
            let type = String(name.dropFirst(2))
            switch name.first {
            case "c": tallies[type, default: .init()].completed = count
            case "f": tallies[type, default: .init()].failed = count
            case "l": tallies[type, default: .init()].lost = count
            case "m": tallies[type, default: .init()].milliseconds = count
            default: continue
            }
        }
        return tallies
    }
}
