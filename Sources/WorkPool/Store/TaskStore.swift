package import NovaContract
import NovaStore
import RedisClient

/// How a task stands after a change.
package struct TaskStanding: Sendable, Equatable {
    package let id: String
    package let state: TaskState
    package let version: Int
}

/// The tasks of one space.
package struct TaskStore: Sendable {
    let space: WorkSpace

    // MARK: - Reading

    package func get(_ id: String) async throws -> TaskRecord? {
        try await read("task", [id]).first
    }

    /// Without results, errors and histories; those that are not there are left out.
    package func summaries(_ ids: [String]) async throws -> [TaskRecord] {
        try await read("summary", ids)
    }

    private func read(_ form: String, _ ids: [String]) async throws -> [TaskRecord] {
        try await space.read(form, ids).map { try TaskViews.task($0, domain: space.domain) }
    }

    // MARK: - Making and changing

    /// Makes tasks, all or none: `task-create.lua`.
    ///
    /// - Throws: `NovaError` for what is refused.
    package func create(_ tasks: [NewTask], by: String, jobID: String) async throws -> [TaskStanding] {
        try await space.store.workSpaces.add(space)
        let reply = try await space.call(
            WorkScripts.createTasks,
            by: by,
            job: jobID,
            [
                RedisArgument(JSONValue.array(tasks.map(TaskFields.envelope)).jsonString),
                RedisArgument(AgentStore.unnamedDefinition(.declared)),
            ]
        )
        let parts = try answer(reply, "task-create", "made")
        return stride(from: 1, to: parts.count - 2, by: 3).compactMap { index in
            standing(id: parts[index].string ?? "", parts[index + 1], parts[index + 2])
        }
    }

    /// Changes a task: `task-update.lua`.
    ///
    /// Reads it, and reads it again where it was changed meanwhile.
    ///
    /// - Parameter ifVersion: which version may be changed; nil: any.
    /// - Throws: `NovaError` for what is refused.
    package func update(
        _ change: TaskChange,
        ifVersion: VersionCondition?,
        by: String,
        jobID: String
    ) async throws -> TaskStanding {
        try await update(change.taskID, ifVersion: ifVersion, by: by, jobID: jobID) { _ in change }
    }

    /// The same, where what is changed depends on what is known.
    ///
    /// - Parameter change: asked again where the task was changed meanwhile.
    package func update(
        _ id: String,
        ifVersion: VersionCondition?,
        by: String,
        jobID: String,
        _ change: (TaskDefinition) throws(NovaError) -> TaskChange
    ) async throws -> TaskStanding {
        for _ in 0..<20 {
            guard let known = try await get(id) else { throw missing(id) }
            if let ifVersion, !ifVersion.holds(known.version) {
                // A second delivery finds what the first one did.
                if let done = try await applied(jobID, id) { return done }
                throw ifVersion.failure("the task \(id), which is \(known.state.rawValue),", version: known.version)
            }
            let reply = try await space.call(
                WorkScripts.updateTask,
                by: by,
                job: jobID,
                TaskFields.change(try change(known.definition), of: known)
            )
            if reply.array?.first?.string == "stale" { continue }
            let parts = try answer(reply, "task-update", "done")
            return standing(id: id, parts[1], parts[2]) ?? standing(of: known)
        }
        throw NovaError(
            .serviceUnavailable,
            "the task \(id) is changed too often at the moment",
            retryAfter: 1
        )
    }

    private func applied(_ jobID: String, _ id: String) async throws -> TaskStanding? {
        let key = space.store.keys.applied(jobID, of: .coordination, owner: space.owner, domain: space.domain)
        guard let text = try await space.store.redis.command("GET", RedisArgument(key)).string else { return nil }
        let parts = try JSONValue(parsing: text).arrayValue ?? []
        guard parts.count == 3, parts[0] == "done", let state = parts[1].stringValue.flatMap(TaskState.init),
            let version = parts[2].stringValue.flatMap({ Int($0) })
        else { return nil }
        return TaskStanding(id: id, state: state, version: version)
    }

    /// What `delete` did.
    package enum Deletion: Sendable, Equatable {
        case cancelled(version: Int)
        /// It had ended, and is forgotten.
        case deleted
        /// It had ended, and is left as it is.
        case ended(TaskState, version: Int)
    }

    /// Cancels a task: `task-delete.lua`.
    ///
    /// - Parameter purges: whether one that has ended is forgotten; else it is left as it is.
    package func delete(
        _ id: String,
        ifVersion: VersionCondition?,
        purges: Bool = false,
        by: String,
        why: String,
        jobID: String
    ) async throws -> Deletion {
        let reply = try await space.call(
            WorkScripts.deleteTask,
            by: by,
            job: jobID,
            [RedisArgument(id), RedisArgument(ifVersion?.text ?? ""), RedisArgument(why), purges ? "1" : "0"]
        )
        let parts = reply.array ?? []
        if let refusal = SpaceScripts.refusal(parts) { throw refusal }
        let version = parts.count > 1 ? parts[1].string.flatMap { Int($0) } ?? 0 : 0
        switch parts.first?.string {
        case "cancelled": return .cancelled(version: version)
        case "deleted": return .deleted
        case "ended":
            guard let state = parts.last?.string.flatMap(TaskState.init(rawValue:)) else { break }
            return .ended(state, version: version)
        default: break
        }
        throw UnexpectedReply("task-delete", reply)
    }

    // MARK: - Agents at work

    /// Leases tasks to an agent: `task-claim.lua`.
    ///
    /// - Parameter makesAgent: whether an agent that is not known is made, with defaults; else it gets nothing.
    package func claim(
        agentID: String,
        maximum: Int,
        lease: Duration?,
        makesAgent: Bool = true
    ) async throws -> [TaskRecord] {
        // An agent that is made here may be the space's first.
        if makesAgent { try await space.store.workSpaces.add(space) }
        let reply = try await space.call(
            WorkScripts.claimTasks,
            by: agentID,
            [
                RedisArgument(agentID), RedisArgument(maximum),
                lease.map { RedisArgument($0.wholeMilliseconds) } ?? "",
                makesAgent ? RedisArgument(AgentDefinition(agentID: agentID).json.jsonString) : "",
            ]
        )
        guard let views = reply.array else { throw UnexpectedReply("task-claim", reply) }
        if let refusal = SpaceScripts.refusal(views) { throw refusal }
        return try views.map { try TaskViews.task($0, domain: space.domain) }
    }

    /// Which leases were renewed, until when (milliseconds since 1970), and which tasks are not the agent's any more.
    package struct Renewal: Sendable, Equatable {
        package fileprivate(set) var held: [String: Int64]
        /// With their present state; nil where there is no such task.
        package fileprivate(set) var lost: [String: TaskState?]
    }

    /// A place in a text that an agent says in pieces.
    package struct TextStream: Sendable, Equatable {
        /// 1 for the first text of a lease; a text that begins anew has the next number.
        package let number: Int
        /// Characters (Unicode scalars) before this piece.
        package let offset: Int

        package init(number: Int, offset: Int) {
            self.number = number
            self.offset = offset
        }
    }

    /// How far a task is.
    package struct Progress: Sendable, Equatable {
        package let fraction: Double?
        package let message: String
        /// Whether subscribers hear of it.
        package let isTold: Bool
        /// Where the message is the next piece of a text that comes in pieces: of which one, and what came before.
        package let stream: TextStream?

        package init(fraction: Double?, message: String, isTold: Bool = true, stream: TextStream? = nil) {
            self.fraction = fraction
            self.message = message
            self.isTold = isTold
            self.stream = stream
        }
    }

    /// The agent lives; renews leases: `task-renew.lua`.
    ///
    /// - Parameters:
    ///   - tasks: nil: all it holds.
    ///   - makesAgent: whether an agent that is not known is made, with defaults; else it holds nothing.
    package func renew(
        agentID: String,
        _ tasks: [HeartbeatRequest.Held]?,
        makesAgent: Bool = true,
        progress: Progress? = nil
    ) async throws -> Renewal {
        if makesAgent { try await space.store.workSpaces.add(space) }
        var held = tasks?.map { (RedisArgument($0.taskID), RedisArgument($0.token)) } ?? []
        if tasks == nil {
            let reply = try await space.store.redis.command("SMEMBERS", space.key("running", agentID))
            guard let ids = reply.array?.compactMap(\.string) else { throw UnexpectedReply("SMEMBERS", reply) }
            held = ids.map { (RedisArgument($0), "") }
        }
        var renewal = Renewal(held: [:], lost: [:])
        // Also where it holds nothing the agent's life is told.
        for begin in stride(from: 0, to: max(1, held.count), by: Self.renewedAtOnce) {
            let some = held[begin..<min(begin + Self.renewedAtOnce, held.count)]
            let part = try await renew(agentID: agentID, some, makesAgent: makesAgent, progress: progress)
            renewal.held.merge(part.held) { $1 }
            // Of all that it holds, what it does not hold any more was not asked for.
            if tasks != nil { renewal.lost.merge(part.lost) { $1 } }
        }
        return renewal
    }

    private static let renewedAtOnce = 100

    private func renew(
        agentID: String,
        _ held: ArraySlice<(RedisArgument, RedisArgument)>,
        makesAgent: Bool,
        progress: Progress?
    ) async throws -> Renewal {
        let reply = try await space.call(
            WorkScripts.renewLeases,
            by: agentID,
            [
                RedisArgument(agentID),
                makesAgent ? RedisArgument(AgentDefinition(agentID: agentID).json.jsonString) : "",
                progress?.fraction.map { RedisArgument("\($0)") } ?? "", RedisArgument(progress?.message ?? ""),
                progress?.isTold == true ? "1" : "0",
                progress?.stream.map {
                    RedisArgument(",\"stream\":{\"number\":\($0.number),\"offset\":\($0.offset)}")
                } ?? "",
            ] + held.flatMap { [$0.0, $0.1] }
        )
        guard let parts = reply.array, parts.count == 2, let kept = parts[0].array, let gone = parts[1].array else {
            throw UnexpectedReply("task-renew", reply)
        }
        var leases: [String: Int64] = [:]
        for index in stride(from: 0, to: kept.count - 1, by: 2) {
            leases[kept[index].string ?? ""] = kept[index + 1].int ?? 0
        }
        var lost: [String: TaskState?] = [:]
        for index in stride(from: 0, to: gone.count - 1, by: 2) {
            lost[gone[index].string ?? ""] = .some(gone[index + 1].string.flatMap(TaskState.init(rawValue:)))
        }
        return Renewal(held: leases, lost: lost)
    }

    /// What became of a task in the hands of its agent: `task-report.lua`.
    ///
    /// - Throws: `NovaError` `CONFLICT` where the token is not that of the newest lease; `RESOURCE_NOT_FOUND`.
    package func report(_ report: TaskReport, by: String, jobID: String) async throws -> TaskStanding {
        let (what, json, retry): (String, String, Bool)
        switch report.kind {
        case .complete(let result): (what, json, retry) = ("complete", result.jsonString, false)
        case .fail(let error, let again): (what, json, retry) = ("fail", error.jsonString, again)
        case .release: (what, json, retry) = ("release", "", false)
        case .progress: preconditionFailure("progress is told by renew")
        }
        let reply = try await space.call(
            WorkScripts.reportTask,
            by: by,
            job: jobID,
            [
                RedisArgument(report.taskID), RedisArgument(report.agentID), RedisArgument(report.token),
                RedisArgument(what), RedisArgument(json), retry ? "1" : "0",
                RedisArgument("\(Double.random(in: 0...1))"), report.tokens.map { RedisArgument($0) } ?? "",
            ]
        )
        let parts = try answer(reply, "task-report", "done")
        guard let standing = standing(id: report.taskID, parts[1], parts[2]) else {
            throw UnexpectedReply("task-report", reply)
        }
        return standing
    }

    // MARK: - Parts

    private func answer(_ reply: RedisValue, _ script: String, _ expected: String) throws -> [RedisValue] {
        let parts = reply.array ?? []
        if let refusal = SpaceScripts.refusal(parts) { throw refusal }
        guard parts.first?.string == expected else { throw UnexpectedReply(script, reply) }
        return parts
    }

    private func standing(id: String, _ state: RedisValue, _ version: RedisValue) -> TaskStanding? {
        guard let state = state.string.flatMap(TaskState.init(rawValue:)),
            let version = version.string.flatMap({ Int($0) })
        else { return nil }
        return TaskStanding(id: id, state: state, version: version)
    }

    private func standing(of known: TaskRecord) -> TaskStanding {
        TaskStanding(id: known.id, state: known.state, version: known.version)
    }

    private func missing(_ id: String) -> NovaError {
        NovaError(.resourceNotFound, "there is no task \(id) in the domain \(space.domain)")
    }
}
