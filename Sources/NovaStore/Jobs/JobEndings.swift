import FaultPoints
package import NovaContract
import RedisClient

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

/// What `complete.lua` did.
package enum CompletionVerdict: Sendable, Equatable {
    case applied
    /// It had ended before; nothing was changed.
    case endedBefore
    /// Another run has it, and this one brought no result; nothing was changed.
    case stale
}

/// What `cancel.lua` did.
package enum CancelVerdict: Sendable, Equatable {
    case cancelled
    case requested
    case ended(JobState)
    case unknown
}

extension JobStore {
    /// Results larger than this, in bytes, are not repeated in the event; it says where they are.
    package static let maximumResultInEvent = 64 * 1_024

    /// Ends the job: `complete.lua`.
    package func complete(_ command: Command, run: String, _ completion: Completion) async throws -> CompletionVerdict {
        let now = Timestamp.milliseconds()
        let result = completion.result?.jsonString ?? ""
        let reply = try await store.redis.evaluate(
            StoreScripts.complete,
            keys: [
                jobKey(command), jobsKey(command), eventsKey(command), clockKey(command),
                analyticsKey(domain: command.domain, owner: command.owner),
            ],
            arguments: [
                RedisArgument(command.jobID), RedisArgument(completion.state.rawValue), RedisArgument(result),
                RedisArgument(completion.error?.json.jsonString ?? ""), RedisArgument(now),
                RedisArgument(store.retention.jobs.wholeMilliseconds), RedisArgument(store.retention.jobsPerOwner),
            ] + events(command).target + [RedisArgument(completion.state.eventName)]
                + Self.event(command, completion, resultBytes: result.utf8.count, at: now) + [
                    RedisArgument(command.replyTo), RedisArgument(completion.handling.wholeMicroseconds),
                    // What is replayed has waited for a person.
                    command.replay.isEmpty ? RedisArgument(completion.queued.wholeMicroseconds) : "-1",
                    Self.flow(command.kind, command.entityID), RedisArgument(run),
                ] + JobFields.identity(of: command)
        )
        switch reply.array?.first?.int {
        case 1: return .applied
        case 0: return .endedBefore
        case -1: return .stale
        default: throw UnexpectedReply("complete", reply)
        }
    }

    private static func event(
        _ command: Command,
        _ completion: Completion,
        resultBytes: Int,
        at now: Int64
    ) -> [RedisArgument] {
        var told: JSONObject = ["error": completion.error?.json ?? .null]
        if resultBytes <= maximumResultInEvent {
            told["result"] = completion.result ?? .null
        } else {
            told["result_omitted"] = true
            told["links"] = JobRecord.links(command.jobID)
        }
        var content = JobEvents.content(command, completion.state.rawValue, at: now, told)
        if Breakage.loseEvents.strikes { content[1] = "" }
        return content
    }

    private func analyticsKey(domain: String, owner: String) -> RedisArgument {
        RedisArgument(store.keys.analytics(owner: owner, domain: domain))
    }

    /// The id of the flow that it is counted for, or an empty one.
    private static func flow(_ kind: CommandKind?, _ entityID: String) -> RedisArgument {
        kind?.entityType == "flow" ? RedisArgument(entityID) : ""
    }

    /// Keeps the marker of what the command may have changed for as long as its dead letter can be replayed.
    package func keepApplied(_ command: Command) async throws {
        let marker = store.keys.applied(
            command.jobID,
            of: command.kind.pool,
            owner: command.owner,
            domain: command.domain
        )
        let kept = RedisArgument(store.retention.deadLetters.wholeMilliseconds)
        _ = try await store.redis.command("PEXPIRE", RedisArgument(marker), kept)
    }

    // MARK: - From outside

    /// `cancel.lua`, for the job with this record.
    package func cancel(_ record: JobRecord, owner: String) async throws -> CancelVerdict {
        let now = Timestamp.milliseconds()
        let error = NovaError(.conflict, "cancelled before it began").json
        let kind = store.catalog[record.kind]
        let content = JobEvents.content(record, kind, .cancelled, at: now, error: error)
        let reply = try await store.redis.evaluate(
            StoreScripts.cancel,
            keys: keys(of: record, owner: owner),
            arguments: [RedisArgument(record.id), RedisArgument(now)]
                + JobEvents(store: store, owner: owner).target + content.dropFirst() + [
                    // Of a kind that only another version of Nova knows nobody here can tell the worker.
                    RedisArgument(kind.map { store.keys.cancellationChannel($0.pool) } ?? ""),
                    RedisArgument(error.jsonString),
                    Self.flow(kind, record.entityID),
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

    /// Ends a job whose deadline is over and that nobody works on: `expire.lua`.
    ///
    /// - Parameter record: as `get` gave it, so that one of a dead worker is known to be.
    /// - Returns: false where it was not to be ended; read it again.
    package func expire(_ record: JobRecord, owner: String) async throws -> Bool {
        let now = Timestamp.milliseconds()
        let error = NovaError.deadlineOver.json
        let kind = store.catalog[record.kind]
        let reply = try await store.redis.evaluate(
            StoreScripts.expire,
            keys: keys(of: record, owner: owner),
            arguments: [
                RedisArgument(record.id), RedisArgument(record.run), RedisArgument(now),
                RedisArgument(error.jsonString),
            ] + JobEvents(store: store, owner: owner).target
                + JobEvents.content(record, kind, .failed, at: now, error: error)
                + [Self.flow(kind, record.entityID)]
        )
        return reply.int == 1
    }

    private func keys(of record: JobRecord, owner: String) -> [RedisArgument] {
        [
            RedisArgument(store.keys.job(record.id, owner: owner)), RedisArgument(store.keys.events(owner: owner)),
            RedisArgument(store.keys.eventClock(owner: owner)), analyticsKey(domain: record.domain, owner: owner),
        ]
    }
}

extension NovaError {
    /// Of a job that did not end in time.
    package static let deadlineOver = NovaError(.serviceUnavailable, "the job's deadline passed before it had ended")
}
