import NovaContract
import NovaStore
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
    /// What each is, is read a little later: whoever acts on it names the version.
    ///
    /// - Parameters:
    ///   - taskIDs: nil: those that are ready, at most 1,000.
    ///   - agentIDs: nil: at most 1,000 of those that are registered, the first ones first.
    ///   - ofNova: whether only agents that Nova assigns to are looked at, where `agentIDs` is nil; then any 1,000 of them.
    package func look(taskIDs: [String]? = nil, agentIDs: [String]? = nil, ofNova: Bool = false) async throws
        -> WorkView
    {
        let reply = try await call(
            WorkScripts.lookAtWork,
            by: "",
            [
                taskIDs == nil ? "1000" : "0", agentIDs == nil ? "1000" : "0", ofNova ? "assignable" : "all",
            ]
        )
        guard let parts = reply.array, parts.count == 3, let ready = parts[0].array, let agents = parts[1].array else {
            throw UnexpectedReply("work-look", reply)
        }
        return WorkView(
            tasks: try await tasks.summaries(taskIDs ?? ready.compactMap(\.string)),
            agents: try await self.agents.agents(agentIDs ?? agents.compactMap(\.string)),
            now: parts[2].int ?? 0
        )
    }

    /// Puts tasks in agents' queues: `task-assign.lua`.
    ///
    /// - Parameter isPinned: a person says so: whatever the agent has room for, and for good.
    /// - Returns: nil for each that was assigned, else why not, in the order given.
    package func assign(_ pairings: [TaskPairing], isPinned: Bool, by: String, jobID: String) async throws -> [String?]
    {
        // An agent that is made here may be the space's first.
        if isPinned, !pairings.isEmpty { try await store.workSpaces.add(self) }
        var verdicts: [String?] = []
        for begin in stride(from: 0, to: pairings.count, by: Self.pairingsAtOnce) {
            // Each has a marker of its own: a part that was done is not done again.
            verdicts += try await assign(
                Array(pairings[begin..<min(begin + Self.pairingsAtOnce, pairings.count)]),
                isPinned,
                by,
                begin == 0 ? jobID : "\(jobID).\(begin)"
            )
        }
        return verdicts
    }

    private static let pairingsAtOnce = 50

    private func assign(
        _ pairings: [TaskPairing],
        _ isPinned: Bool,
        _ by: String,
        _ jobID: String
    ) async throws -> [String?] {
        let reply = try await call(
            WorkScripts.assignTasks,
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
    ///
    /// - Parameter most: of each kind; so many that Redis does nothing else for a few milliseconds.
    package func tick(most: Int = 50) async throws -> Tick {
        let reply = try await call(
            WorkScripts.tick,
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
