import NovaContract
package import NovaStore
import RedisClient

extension TaskStore {
    /// One page of the tasks, newest first, as `Store.page` reads them.
    package func list(
        cursor: ListCursor?,
        limit: Int,
        where isWanted: @Sendable (TaskRecord) -> Bool
    ) async throws -> ListPage<TaskRecord> {
        try await space.store.page(
            of: space.key("tasks"),
            cursor: cursor,
            limit: limit,
            text: ({ space.key("task", $0) }, "definition"),
            id: \.id,
            read: summaries,
            where: isWanted
        )
    }

    /// What tasks of this type came to, of one agent or of all.
    package func record(ofType type: String, agentID: String? = nil) async throws -> AgentRecord.Tally {
        let key = agentID.map { space.key("stats", $0) } ?? space.key("records")
        let fields = ["c", "f", "l", "m"].map { RedisArgument("\($0)\(SpaceName.separator)\(type)") }
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
    ) async throws -> ListPage<AgentRecord> {
        try await space.store.page(
            of: space.key("agents"),
            cursor: cursor,
            limit: limit,
            text: ({ space.key("agent", $0) }, "definition"),
            id: \.definition.agentID,
            read: agents,
            where: isWanted
        )
    }
}
