package import NovaContract
import RedisClient

/// What the gateway decides in one Redis round trip before it publishes a command.
package enum Admission: Sendable, Equatable {
    /// The job is recorded; publish it.
    case admitted(BudgetState)
    /// The same request was admitted before, as this job. If that job has not ended, its end is published on the new
    /// command's `replyTo` too. It may end before the waiter is registered: register it, then read the record.
    case repeated(EarlierJob, BudgetState)
    /// The idempotency key belongs to another request.
    case reused(BudgetState)
    case limited(BudgetState)
}

/// The idempotency key of a request, and what must be equal for a request to be the same one.
package struct IdempotencyClaim: Sendable, Equatable {
    /// Of the key; one owner's keys do not meet another's.
    package let digest: String
    /// Of method, path and body.
    package let fingerprint: String

    package init(digest: String, fingerprint: String) {
        self.digest = digest
        self.fingerprint = fingerprint
    }
}

/// Counting of requests and admission of commands.
package struct AdmissionStore: Sendable {
    package let store: Store

    /// Counts one request that makes no job.
    ///
    /// - Parameter now: milliseconds, for simulations; nil takes the server's clock, so that gateways whose clocks
    ///   differ still agree.
    package func count(
        _ budget: Budget,
        key: APIKey,
        now: Int64? = nil
    ) async throws -> BudgetState {
        let reply = try await store.redis.evaluate(
            StoreScripts.count,
            keys: [RedisArgument(store.keys.window(budget.name, keyID: key.id, owner: key.owner))],
            arguments: [
                RedisArgument(budget.limit), RedisArgument(budget.window.wholeMilliseconds),
                RedisArgument(now.map(String.init) ?? ""),
            ]
        )
        guard let parts = reply.array, parts.count == 3, let admitted = parts[0].int, let used = parts[1].int,
            let reset = parts[2].int
        else { throw UnexpectedReply("count", reply) }
        return BudgetState(
            budget: budget,
            isAdmitted: admitted == 1,
            used: Int(used),
            reset: .milliseconds(reset)
        )
    }

    /// Counts the request, resolves its idempotency key and records its job as queued: `admit.lua`.
    ///
    /// Throws where Redis does not answer. With `RedisError.mayHaveBeenApplied` the job may be recorded all the same,
    /// and would stay queued: withdraw it when Redis answers again.
    package func admit(
        _ command: Command,
        budget: Budget,
        key: APIKey,
        idempotency: IdempotencyClaim?
    ) async throws -> Admission {
        let keys = store.keys
        let reply = try await store.redis.evaluate(
            StoreScripts.admit,
            keys: [
                RedisArgument(keys.window(budget.name, keyID: key.id, owner: key.owner)),
                RedisArgument(keys.job(command.jobID, owner: command.owner)),
                RedisArgument(keys.jobs(owner: command.owner)),
                RedisArgument(keys.idempotency(idempotency?.digest ?? "", owner: command.owner)),
            ],
            arguments: [
                RedisArgument(budget.limit), RedisArgument(budget.window.wholeMilliseconds), "",
                RedisArgument(command.jobID), RedisArgument(idempotency?.fingerprint ?? ""),
                RedisArgument(store.retention.idempotencyKeys.wholeMilliseconds),
                RedisArgument(store.retention.jobs.wholeMilliseconds), RedisArgument(command.replyTo),
            ] + JobFields.identity(of: command)
        )
        guard let parts = reply.array, parts.count == 7, let verdict = parts[0].string, let used = parts[1].int,
            let reset = parts[2].int, let jobID = parts[3].string, let publish = parts[4].int
        else { throw UnexpectedReply("admit", reply) }
        let earlier = EarlierJob(
            id: jobID,
            needsPublishing: publish == 1,
            createdAt: parts[5].string.flatMap { Int64($0) },
            deadline: parts[6].string.flatMap { Int64($0) }
        )
        let state = BudgetState(
            budget: budget,
            isAdmitted: verdict != "limited",
            used: Int(used),
            reset: .milliseconds(reset)
        )
        switch verdict {
        case "admitted": return .admitted(state)
        case "repeated": return .repeated(earlier, state)
        case "reused": return .reused(state)
        case "limited": return .limited(state)
        default: throw UnexpectedReply("admit", reply)
        }
    }

    /// Takes back an admission whose command could not be published: `withdraw.lua`.
    ///
    /// - Parameter publisher: the job id of the admission; nil: the command's own, which it is but for repetitions.
    @discardableResult
    package func withdraw(
        _ command: Command,
        publisher: String? = nil,
        idempotency: IdempotencyClaim?,
        error: NovaError
    ) async throws -> WithdrawVerdict {
        let reply = try await store.redis.evaluate(
            StoreScripts.withdraw,
            keys: [
                RedisArgument(store.keys.job(command.jobID, owner: command.owner)),
                RedisArgument(store.keys.idempotency(idempotency?.digest ?? "", owner: command.owner)),
            ],
            arguments: [
                RedisArgument(command.jobID), RedisArgument(error.json.jsonString),
                RedisArgument(Timestamp.milliseconds()), RedisArgument(publisher ?? command.jobID),
            ]
        )
        switch reply.int {
        case 1: return .withdrawn
        case 0: return .begun
        case -1: return .left
        default: throw UnexpectedReply("withdraw", reply)
        }
    }
}
