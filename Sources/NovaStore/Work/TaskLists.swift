package import NovaContract
import RedisClient

/// A page of a list that is sorted by time.
package struct WorkPage<Element: Sendable>: Sendable {
    package let elements: [Element]
    /// Where the next page begins; nil: this is the last.
    package let next: ListCursor?
}

extension TaskStore {
    /// One page of the tasks, newest first, as `JobStore.list` of jobs.
    package func list(
        cursor: ListCursor?,
        limit: Int,
        where isWanted: @Sendable (TaskRecord) -> Bool
    ) async throws -> WorkPage<TaskRecord> {
        try await space.page("tasks", cursor: cursor, limit: limit, id: \.id, read: summaries, where: isWanted)
    }

    /// What tasks of this type came to, of one agent or of all.
    package func record(ofType type: String, agentID: String? = nil) async throws -> AgentRecord.Tally {
        let key = agentID.map { space.key("stats", $0) } ?? space.key("records")
        let fields = ["c", "f", "l", "m"].map { RedisArgument("\($0)\(WorkSpace.separator)\(type)") }
        let reply = try await space.store.redis.command(["HMGET", key] + fields)
        guard let values = reply.array, values.count == 4 else { throw UnexpectedReply("HMGET", reply) }
        let numbers = values.map { $0.string.flatMap { Int($0) } ?? 0 }
        return AgentRecord.Tally(
            completed: numbers[0],
            failed: numbers[1],
            lost: numbers[2],
            milliseconds: numbers[3]
        )
    }

    /// How many tasks there are by state.
    package func counts() async throws -> [TaskState: Int] {
        let reply = try await space.store.redis.command("HGETALL", space.key("counts"))
        guard let fields = reply.array else { throw UnexpectedReply("HGETALL", reply) }
        var counts: [TaskState: Int] = [:]
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            guard let state = fields[index].string.flatMap(TaskState.init(rawValue:)) else { continue }
            counts[state] = fields[index + 1].string.flatMap { Int($0) } ?? 0
        }
        return counts
    }
}

extension AgentStore {
    /// One page of the agents, newest first.
    package func list(
        cursor: ListCursor?,
        limit: Int,
        where isWanted: @Sendable (AgentRecord) -> Bool
    ) async throws -> WorkPage<AgentRecord> {
        try await space.page(
            "agents",
            cursor: cursor,
            limit: limit,
            id: \.definition.agentID,
            read: agents,
            where: isWanted
        )
    }
}

extension WorkSpace {
    /// Reads a hundred at a time; a page ends when it is full, when the list ends, or after ten reads.
    fileprivate func page<Element: Sendable>(
        _ list: String,
        cursor: ListCursor?,
        limit: Int,
        id: (Element) -> String,
        read: ([String]) async throws -> [Element],
        where isWanted: (Element) -> Bool
    ) async throws -> WorkPage<Element> {
        var found: [Element] = []
        var position = cursor
        for _ in 0..<10 {
            let places = try await store.jobs.places(in: key(list), after: position, count: 100)
            let elements = try await read(places.map(\.id))
            let byID = Dictionary(elements.map { (id($0), $0) }) { $1 }
            for place in places {
                position = place
                guard let element = byID[place.id], isWanted(element) else { continue }
                found.append(element)
                if found.count == limit { return WorkPage(elements: found, next: place) }
            }
            if places.count < 100 { return WorkPage(elements: found, next: nil) }
        }
        return WorkPage(elements: found, next: position)
    }
}
