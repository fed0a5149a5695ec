import NovaContract
import RedisClient

/// What the job scripts are told of the event they append.
struct JobEvents {
    package let store: Store
    let owner: String

    /// Event channel, events kept, events kept for.
    var target: [RedisArgument] {
        [
            RedisArgument(store.keys.eventChannel(owner: owner)),
            RedisArgument(store.retention.eventsPerOwner),
            RedisArgument(store.retention.events.wholeMilliseconds),
        ]
    }

    /// Domain, channels and data JSON of an event of this command's job.
    static func content(
        _ command: Command,
        _ status: String,
        at now: Int64,
        _ more: JSONObject = [:]
    ) -> [RedisArgument] {
        [
            RedisArgument(command.domain), channels(of: command),
            RedisArgument(data(command, status, at: now, more).jsonString),
        ]
    }

    static func channels(of command: Command) -> RedisArgument {
        let channels = [Channel.job(command.jobID), command.entityChannel, Channel.jobs]
        return RedisArgument(channels.joined(separator: String(Event.channelSeparator)))
    }

    static func data(
        _ command: Command,
        _ status: String,
        at now: Int64,
        _ more: JSONObject = [:]
    ) -> JSONValue {
        var members: JSONObject = [
            "job_id": .string(command.jobID),
            "type": .string(command.kind.name),
            "\(command.kind.entityType)_id": .string(command.entityID),
            "subject": .string(command.entityID),
            "domain": .string(command.domain),
            "status": .string(status),
            "timestamp": .string(Timestamp.string(milliseconds: now)),
        ]
        members.merge(more) { $1 }
        return .object(members)
    }

    // MARK: - Of a job that is only known by its record

    /// Domain, channels and data JSON, as those of its commands.
    ///
    /// - Parameter kind: nil where only another version of Nova knows it; then its entity's channel is left out.
    static func content(
        _ record: JobRecord,
        _ kind: CommandKind?,
        _ state: JobState,
        at now: Int64,
        error: JSONValue
    ) -> [RedisArgument] {
        let entity = kind.map { "\($0.entityType):\(record.entityID)" }
        let channels = [Channel.job(record.id), entity, Channel.jobs].compactMap(\.self)
        var data: JSONObject = [
            "job_id": .string(record.id), "type": .string(record.kind), "subject": .string(record.entityID),
            "domain": .string(record.domain), "status": .string(state.rawValue), "error": error,
            "timestamp": .string(Timestamp.string(milliseconds: now)),
        ]
        if let kind { data["\(kind.entityType)_id"] = .string(record.entityID) }
        return [
            RedisArgument(record.domain), RedisArgument(channels.joined(separator: String(Event.channelSeparator))),
            RedisArgument(JSONValue.object(data).jsonString),
        ]
    }
}
