package import NovaContract
import RedisClient

/// One attempt at a job.
package struct JobAttempt: Sendable, Equatable {
    /// Its name: what a later attempt has begun with cannot be changed by this one.
    package let run: String
    /// 1 for the first; attempts that were handed back are not counted.
    package let number: Int
    /// Milliseconds since 1970 at which the first one began.
    package let firstAt: Int64
    /// Of the attempt before, where that asked for another.
    package let lastError: NovaError?
    /// Attempts before it that were left unended, mostly by a worker that died.
    package let left: Int
    /// Those of them that were alone in their worker.
    package let deaths: Int
    /// Whether this one is.
    package let isAlone: Bool
    /// There is none left for it: it is to be given up, and was not counted.
    package let isSpent: Bool

    package init(
        run: String,
        number: Int,
        firstAt: Int64,
        lastError: NovaError?,
        left: Int = 0,
        deaths: Int = 0,
        isAlone: Bool = false,
        isSpent: Bool = false
    ) {
        self.run = run
        self.number = number
        self.firstAt = firstAt
        self.lastError = lastError
        self.left = left
        self.deaths = deaths
        self.isAlone = isAlone
        self.isSpent = isSpent
    }
}

/// What `start.lua` found.
package enum StartVerdict: Sendable, Equatable {
    case run(JobAttempt)
    /// An attempt was left unended: the job's worker may have died of it, and it is to run alone. Nothing was changed.
    ///
    /// `left` counts such attempts of the job, `worker` had the last one.
    case suspect(left: Int, worker: String)
    /// Its next attempt is not due yet.
    case wait(Duration)
    /// Somebody asked for cancellation before this attempt.
    case cancelled(JobAttempt)
    /// It was to fail with this error when its worker died.
    case condemned(JobAttempt, NovaError)
    /// The job has ended; there is nothing to do.
    case ended(JobState)
}

/// What `retry.lua`, `condemn.lua` and `progress.lua` did.
package enum RunVerdict: String, Sendable, Equatable {
    case waiting
    case told
    /// Somebody asked for cancellation.
    case cancelled = "cancel"
    case condemned
    /// Redis knows nothing of the job; nothing was changed.
    case lost
    /// This run does not have the job any more, or it has ended; nothing was changed.
    case stale
}

extension JobStore {
    /// Begins an attempt: `start.lua`; see there for what it promises.
    ///
    /// - Parameters:
    ///   - run: the attempt's name, unique; asking again with the same one counts it once.
    ///   - isAlone: whether the worker has no other attempt in work, as a suspect asks for.
    ///   - mostAttempts: of a job whose workers die; there is none after as many.
    package func start(
        _ command: Command,
        worker: String,
        run: String,
        isAlone: Bool = false,
        mostAttempts: Int = .max
    ) async throws -> StartVerdict {
        let now = Timestamp.milliseconds()
        let reply = try await store.redis.evaluate(
            StoreScripts.start,
            keys: [jobKey(command), jobsKey(command), eventsKey(command), clockKey(command)],
            arguments: [
                RedisArgument(command.jobID), RedisArgument(worker), RedisArgument(run), RedisArgument(now),
                RedisArgument(store.retention.jobs.wholeMilliseconds), RedisArgument(command.replay),
            ] + events(command).target + JobEvents.content(command, JobState.running.rawValue, at: now)
                + [RedisArgument(isAlone ? "1" : ""), RedisArgument(mostAttempts)]
                + JobFields.identity(of: command)
        )
        guard let parts = reply.array, let name = parts.first?.string, let verdict = Self.verdict(name, parts, run)
        else { throw UnexpectedReply("start", reply) }
        return verdict
    }

    private static func verdict(_ name: String, _ parts: [RedisValue], _ run: String) -> StartVerdict? {
        switch (name, parts.count) {
        case ("wait", 2): return parts[1].int.map { .wait(.milliseconds($0)) }
        case ("ended", 2): return parts[1].string.flatMap(JobState.init(rawValue:)).map { .ended($0) }
        case ("suspect", 3):
            guard let left = parts[1].int, let worker = parts[2].string else { return nil }
            return .suspect(left: Int(left), worker: worker)
        case ("run", 8), ("cancel", 8), ("condemned", 8):
            guard let number = parts[1].int, let first = parts[2].int, let text = parts[3].string,
                let left = parts[4].int, let deaths = parts[5].int
            else { return nil }
            // Written by a worker; one that cannot be read is only missing in what a person is told.
            let error = text.isEmpty ? nil : try? JSONValue(parsing: text)
            let attempt = JobAttempt(
                run: run,
                number: Int(number),
                firstAt: first,
                lastError: error.map(NovaError.init(json:)),
                left: Int(left),
                deaths: Int(deaths),
                isAlone: parts[6].int == 1,
                isSpent: parts[7].int == 1
            )
            if name == "condemned" { return .condemned(attempt, attempt.lastError ?? .gaveNoReason) }
            return name == "run" ? .run(attempt) : .cancelled(attempt)
        default: return nil
        }
    }

    /// Notes whether the attempt runs alone in its worker: `mark-alone.lua`.
    ///
    /// - Returns: false where this run does not have the job any more; then nothing was changed.
    @discardableResult
    package func mark(_ command: Command, run: String, isAlone: Bool) async throws -> Bool {
        let reply = try await store.redis.evaluate(
            StoreScripts.markAlone,
            keys: [jobKey(command)],
            arguments: [RedisArgument(run), RedisArgument(isAlone ? "1" : "")]
        )
        return reply.int == 1
    }

    /// Puts the job back until its next attempt: `retry.lua`.
    ///
    /// - Parameter due: milliseconds since 1970.
    package func retry(_ command: Command, _ attempt: JobAttempt, due: Int64, error: NovaError) async throws
        -> RunVerdict
    {
        let now = Timestamp.milliseconds()
        let told: JSONObject = [
            "error": error.json, "attempt": JSONValue(attempt.number),
            "retry_at": .string(Timestamp.string(milliseconds: due)),
        ]
        let reply = try await store.redis.evaluate(
            StoreScripts.retry,
            keys: [jobKey(command), eventsKey(command), clockKey(command)],
            arguments: [
                RedisArgument(attempt.run), RedisArgument(due), RedisArgument(error.json.jsonString),
            ] + events(command).target + JobEvents.content(command, "retrying", at: now, told)
        )
        guard let verdict = reply.string.flatMap(RunVerdict.init(rawValue:)) else {
            throw UnexpectedReply("retry", reply)
        }
        return verdict
    }

    /// Decides that the job will fail: `condemn.lua`.
    package func condemn(_ command: Command, _ attempt: JobAttempt, _ error: NovaError) async throws -> RunVerdict {
        let reply = try await store.redis.evaluate(
            StoreScripts.condemn,
            keys: [jobKey(command), jobsKey(command)],
            arguments: [
                RedisArgument(attempt.run), RedisArgument(error.json.jsonString), RedisArgument(command.jobID),
                RedisArgument(Timestamp.milliseconds()), RedisArgument(store.retention.jobs.wholeMilliseconds),
                RedisArgument(attempt.number), RedisArgument(attempt.firstAt),
            ] + JobFields.identity(of: command)
        )
        guard let verdict = reply.string.flatMap(RunVerdict.init(rawValue:)) else {
            throw UnexpectedReply("condemn", reply)
        }
        return verdict
    }

    /// Gives the job back uncounted: `hand-back.lua`.
    ///
    /// - Returns: false where another run has it already; then nothing was changed.
    package func handBack(_ command: Command, _ attempt: JobAttempt) async throws -> Bool {
        let reply = try await store.redis.evaluate(
            StoreScripts.handBack,
            keys: [jobKey(command)],
            arguments: [RedisArgument(attempt.run)]
        )
        return reply.int == 1
    }

    /// Tells how far a running job is: `progress.lua`.
    package func progress(
        _ command: Command,
        run: String,
        fraction: Double,
        message: String,
        details: JSONValue
    ) async throws -> RunVerdict {
        let now = Timestamp.milliseconds()
        let progress: JSONValue = [
            "fraction": JSONValue(fraction), "message": .string(message), "details": details,
        ]
        let reply = try await store.redis.evaluate(
            StoreScripts.progress,
            keys: [jobKey(command), eventsKey(command), clockKey(command)],
            arguments: [
                RedisArgument(run), RedisArgument("\(fraction)"), RedisArgument(message),
            ] + events(command).target
                + JobEvents.content(command, JobState.running.rawValue, at: now, ["progress": progress])
        )
        guard let verdict = reply.string.flatMap(RunVerdict.init(rawValue:)) else {
            throw UnexpectedReply("progress", reply)
        }
        return verdict
    }

    // MARK: - Parts of the scripts' arguments

    func jobKey(_ command: Command) -> RedisArgument {
        RedisArgument(store.keys.job(command.jobID, owner: command.owner))
    }
    func jobsKey(_ command: Command) -> RedisArgument { RedisArgument(store.keys.jobs(owner: command.owner)) }
    func eventsKey(_ command: Command) -> RedisArgument { RedisArgument(store.keys.events(owner: command.owner)) }
    func clockKey(_ command: Command) -> RedisArgument { RedisArgument(store.keys.eventClock(owner: command.owner)) }
    func events(_ command: Command) -> JobEvents { JobEvents(store: store, owner: command.owner) }
}

extension NovaError {
    fileprivate static let gaveNoReason = NovaError(.serviceError, "the job was to fail, and its reason cannot be read")
}
