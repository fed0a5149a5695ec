package import NovaContract
import RedisClient

/// What an assignment is made from.
package struct WorkView: Sendable {
    package let tasks: [TaskRecord]
    package let agents: [AgentRecord]
    /// Redis's clock, milliseconds since 1970.
    package let now: Int64
}

/// One task for one agent.
package struct TaskPairing: Sendable, Equatable {
    package let taskID: String
    package let agentID: String
    /// As it was looked at; nil: as it is.
    package let version: Int?

    package init(taskID: String, agentID: String, version: Int? = nil) {
        self.taskID = taskID
        self.agentID = agentID
        self.version = version
    }
}

extension WorkSpace {
    /// The ready tasks, the first to be done first, and the agents: `work-look.lua`.
    ///
    /// - Parameter taskIDs: nil: those that are ready.
    package func look(taskIDs: [String]? = nil, mostTasks: Int = 1_000, mostAgents: Int = 1_000) async throws
        -> WorkView
    {
        if taskIDs?.isEmpty == true { return try await look(taskIDs: [""], mostAgents: mostAgents) }
        let reply = try await call(
            StoreScripts.lookAtWork,
            by: "",
            [RedisArgument(mostTasks), RedisArgument(mostAgents)] + (taskIDs ?? []).map { RedisArgument($0) }
        )
        guard let parts = reply.array, parts.count == 3, let tasks = parts[0].array, let agents = parts[1].array else {
            throw UnexpectedReply("work-look", reply)
        }
        return WorkView(
            tasks: try tasks.map { try TaskViews.task($0, domain: domain) },
            agents: try agents.map { try TaskViews.agent($0, domain: domain) },
            now: parts[2].int ?? 0
        )
    }

    /// Puts tasks in agents' queues: `task-assign.lua`.
    ///
    /// - Parameter isPinned: a person says so: whatever the agent has room for, and for good.
    /// - Returns: nil for each that was assigned, else why not, in the order given.
    package func assign(_ pairings: [TaskPairing], isPinned: Bool, by: String, jobID: String) async throws -> [String?]
    {
        guard !pairings.isEmpty else { return [] }
        // An agent that is made here may be the space's first.
        if isPinned { try await store.workSpaces.add(self) }
        let reply = try await call(
            StoreScripts.assignTasks,
            by: by,
            job: jobID,
            [RedisArgument(AgentStore.unnamedDefinition(.declared)), isPinned ? "pinned" : "free"]
                + pairings.flatMap {
                    [
                        RedisArgument($0.taskID), RedisArgument($0.agentID),
                        RedisArgument($0.version.map { "\($0)" } ?? ""),
                    ]
                }
        )
        guard let parts = reply.array, parts.count == pairings.count else {
            throw UnexpectedReply("task-assign", reply)
        }
        return parts.map { $0.string == "assigned" ? nil : $0.string }
    }

    /// What a tick did.
    package struct Tick: Sendable, Equatable {
        package let done: Int
        package let told: Int
        /// More is due already.
        package let isUnfinished: Bool
        package let ready: Int
        /// Milliseconds since 1970.
        package let nextTimer: Int64?
    }

    /// Does what is due: `work-tick.lua`.
    package func tick(most: Int = 500) async throws -> Tick {
        let reply = try await call(
            StoreScripts.tick,
            by: "nova",
            [
                RedisArgument(most), RedisArgument(store.retention.tasks.wholeMilliseconds),
                RedisArgument(store.workRules.losses), RedisArgument("\(Double.random(in: 0...1))"),
            ]
        )
        guard let parts = reply.array, parts.count == 5, let done = parts[0].int, let told = parts[1].int else {
            throw UnexpectedReply("work-tick", reply)
        }
        return Tick(
            done: Int(done),
            told: Int(told),
            isUnfinished: parts[2].int == 1,
            ready: Int(parts[3].int ?? 0),
            nextTimer: parts[4].string.flatMap { Double($0) }.flatMap { Int64(exactly: $0.rounded()) }
        )
    }
}
