package import NovaContract
import RedisClient

/// What `start.lua` found.
package enum StartVerdict: Sendable, Equatable {
    case run(attempt: Int)
    /// Somebody asked for cancellation before this attempt.
    case cancelled
    /// The job has ended; there is nothing to do.
    case ended(JobState)
}

/// What `cancel.lua` did.
package enum CancelVerdict: Sendable, Equatable {
    case cancelled
    case requested
    case ended(JobState)
    case unknown
}

/// How a job ended, with what the event says of it.
package struct Completion: Sendable {
    package let state: JobState
    package let result: JSONValue?
    package let error: NovaError?
    /// From the first attempt's begin, and from admission to that begin.
    package let handling: Duration
    package let queued: Duration

    package init(state: JobState, result: JSONValue?, error: NovaError?, handling: Duration, queued: Duration) {
        self.state = state
        self.result = result
        self.error = error
        self.handling = handling
        self.queued = queued
    }
}

extension JobStore {
    /// Results larger than this, in bytes, are not repeated in the event; it says where they are.
    package static let maximumResultInEvent = 64 * 1_024

    /// `start.lua`; see there for what it promises.
    package func start(_ command: Command, worker: String) async throws -> StartVerdict {
        let now = Timestamp.milliseconds()
        let data = Self.eventData(command, state: .running, at: now)
        let reply = try await store.redis.evaluate(
            StoreScripts.start,
            keys: [jobKey(command), jobsKey(command), eventsKey(command), clockKey(command)],
            arguments: [
                RedisArgument(command.jobID), RedisArgument(worker), RedisArgument(now),
                RedisArgument(store.retention.jobs.wholeMilliseconds),
            ] + eventTarget(command) + [
                RedisArgument(command.domain), Self.channels(of: command), RedisArgument(data.jsonString),
            ] + JobFields.identity(of: command)
        )
        guard let parts = reply.array, parts.count == 2, let verdict = parts[0].string else {
            throw UnexpectedReply("start", reply)
        }
        switch verdict {
        case "run": return .run(attempt: Int(parts[1].int ?? 1))
        case "cancel": return .cancelled
        default: return .ended(parts[1].string.flatMap(JobState.init(rawValue:)) ?? .failed)
        }
    }

    /// Tells how far a running job is.
    ///
    /// Returns false where it is not running any more.
    package func progress(
        _ command: Command,
        fraction: Double,
        message: String,
        details: JSONValue
    ) async throws -> Bool {
        let now = Timestamp.milliseconds()
        let progress: JSONValue = [
            "fraction": JSONValue(fraction), "message": .string(message), "details": details,
        ]
        let data = Self.eventData(command, state: .running, at: now, ["progress": progress])
        let reply = try await store.redis.evaluate(
            StoreScripts.progress,
            keys: [jobKey(command), eventsKey(command), clockKey(command)],
            arguments: [RedisArgument("\(fraction)"), RedisArgument(message), RedisArgument(now)]
                + eventTarget(command)
                + [RedisArgument(command.domain), Self.channels(of: command), RedisArgument(data.jsonString)]
        )
        return reply.int == 1
    }

    /// `complete.lua`.
    ///
    /// Returns false where the job had ended before; then nothing was changed.
    package func complete(_ command: Command, _ completion: Completion) async throws -> Bool {
        let now = Timestamp.milliseconds()
        let result = completion.result?.jsonString ?? ""
        let error = completion.error?.json
        var told: [String: JSONValue] = ["error": error ?? .null]
        if result.utf8.count <= Self.maximumResultInEvent {
            told["result"] = completion.result ?? .null
        } else {
            told["result_omitted"] = true
            told["links"] = JobRecord.links(command.jobID)
        }
        let data = Self.eventData(command, state: completion.state, at: now, told)
        let reply = try await store.redis.evaluate(
            StoreScripts.complete,
            keys: [
                jobKey(command), jobsKey(command), eventsKey(command), clockKey(command),
                RedisArgument(
                    store.keys.counters(
                        command.kind.entityType,
                        command.entityID,
                        domain: command.domain,
                        owner: command.owner
                    )
                ),
            ],
            arguments: [
                RedisArgument(command.jobID), RedisArgument(completion.state.rawValue), RedisArgument(result),
                RedisArgument(error?.jsonString ?? ""), RedisArgument(now),
                RedisArgument(store.retention.jobs.wholeMilliseconds), RedisArgument(store.retention.jobsPerOwner),
            ] + eventTarget(command) + [
                RedisArgument(completion.state.eventName), RedisArgument(command.domain),
                Self.channels(of: command), RedisArgument(data.jsonString), RedisArgument(command.replyTo),
                RedisArgument(completion.handling.wholeMilliseconds),
                RedisArgument(completion.queued.wholeMilliseconds),
                RedisArgument(store.retention.counters.wholeMilliseconds),
            ] + JobFields.identity(of: command)
        )
        guard let parts = reply.array, let applied = parts.first?.int else { throw UnexpectedReply("complete", reply) }
        return applied == 1
    }

    /// `cancel.lua`, for the job with this record.
    package func cancel(_ record: JobRecord, owner: String) async throws -> CancelVerdict {
        let now = Timestamp.milliseconds()
        let kind = CommandKind(rawValue: record.kind)
        let entity = kind.map { "\($0.entityType):\(record.entityID)" }
        let channels = [Channel.job(record.id), entity, Channel.jobs].compactMap(\.self)
        let error = NovaError(.conflict, "cancelled before it began").json
        var data: [String: JSONValue] = [
            "job_id": .string(record.id), "type": .string(record.kind), "subject": .string(record.entityID),
            "domain": .string(record.domain), "status": .string(JobState.cancelled.rawValue), "error": error,
            "timestamp": .string(Timestamp.string(milliseconds: now)),
        ]
        if let kind { data["\(kind.entityType)_id"] = .string(record.entityID) }
        let keys = store.keys
        let reply = try await store.redis.evaluate(
            StoreScripts.cancel,
            keys: [
                RedisArgument(keys.job(record.id, owner: owner)), RedisArgument(keys.events(owner: owner)),
                RedisArgument(keys.eventClock(owner: owner)),
            ],
            arguments: [
                RedisArgument(record.id), RedisArgument(now), RedisArgument(keys.eventChannel(owner: owner)),
                RedisArgument(store.retention.eventsPerOwner),
                RedisArgument(store.retention.events.wholeMilliseconds),
                RedisArgument(channels.joined(separator: String(Event.channelSeparator))),
                RedisArgument(JSONValue.object(data).jsonString),
                RedisArgument(keys.cancellationChannel(kind?.pool ?? .optimization)),
                RedisArgument(error.jsonString),
            ]
        )
        guard let parts = reply.array, let verdict = parts.first?.string else { throw UnexpectedReply("cancel", reply) }
        switch verdict {
        case "cancelled": return .cancelled
        case "requested": return .requested
        case "ended": return .ended(parts.last?.string.flatMap(JobState.init(rawValue:)) ?? .failed)
        default: return .unknown
        }
    }

    // MARK: - Parts of the scripts' arguments

    private func jobKey(_ command: Command) -> RedisArgument {
        RedisArgument(store.keys.job(command.jobID, owner: command.owner))
    }
    private func jobsKey(_ command: Command) -> RedisArgument {
        RedisArgument(store.keys.jobs(owner: command.owner))
    }
    private func eventsKey(_ command: Command) -> RedisArgument {
        RedisArgument(store.keys.events(owner: command.owner))
    }
    private func clockKey(_ command: Command) -> RedisArgument {
        RedisArgument(store.keys.eventClock(owner: command.owner))
    }

    /// Event channel, events kept, events kept for.
    private func eventTarget(_ command: Command) -> [RedisArgument] {
        [
            RedisArgument(store.keys.eventChannel(owner: command.owner)),
            RedisArgument(store.retention.eventsPerOwner),
            RedisArgument(store.retention.events.wholeMilliseconds),
        ]
    }

    private static func channels(of command: Command) -> RedisArgument {
        let channels = [Channel.job(command.jobID), command.entityChannel, Channel.jobs]
        return RedisArgument(channels.joined(separator: String(Event.channelSeparator)))
    }

    private static func eventData(
        _ command: Command,
        state: JobState,
        at now: Int64,
        _ more: [String: JSONValue] = [:]
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "job_id": .string(command.jobID),
            "type": .string(command.kind.rawValue),
            "\(command.kind.entityType)_id": .string(command.entityID),
            "subject": .string(command.entityID),
            "domain": .string(command.domain),
            "status": .string(state.rawValue),
            "timestamp": .string(Timestamp.string(milliseconds: now)),
        ]
        members.merge(more) { $1 }
        return .object(members)
    }
}
