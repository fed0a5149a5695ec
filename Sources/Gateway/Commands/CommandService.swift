import HTTPTypes
import KafkaClient
import Logging
import NovaAPI
import NovaContract
import NovaService
import NovaStore
import RedisClient

/// Takes commands: authorize, validate, admit, publish, wait.
struct CommandService: Sendable {
    let store: Store
    let producer: KafkaProducer
    let topics: TopicNames
    let replies: ReplyHub
    let rollback: AdmissionRollback
    let budgets: KeyBudgets
    let overload: Overload
    let jobDeadline: JobDeadline
    let defaultWait: Duration
    let maximumWait: Duration
    let logger: Logger

    func handle(
        _ call: Call,
        _ declaration: any AnyCommandDeclaration,
        _ endpoint: CommandEndpoint
    ) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(declaration.permission)
        let jobID = UUIDv7.make()
        let ifVersion = try EntityTags.condition(call.facts.headers)
        guard ifVersion == nil || declaration.kind.isConditional else {
            throw NovaError(.validationError, "this cannot depend on a version: leave If-Match and If-None-Match out")
        }
        let now = Timestamp.milliseconds()
        let deadline = try jobDeadline.deadline(call.facts.headers, now: now)
        let asked = try await read(call, key, declaration, endpoint, jobID: jobID, now: now)
        let preference = Preference(headers: call.facts.headers, fallback: defaultWait, maximum: maximumWait)
        let idempotency = try IdempotencyKey.claim(
            call.facts.headers,
            method: call.facts.method,
            path: call.facts.path,
            domain: asked.domain,
            asks: endpoint.flags.map(\.name).filter { call.facts.query[$0] == "true" }.map { "?\($0)" }
                + (ifVersion.map { ["if \($0.text)"] } ?? []),
            body: asked.canonical
        )
        let command = Command(
            jobID: jobID,
            kind: declaration.kind,
            entityID: asked.entity,
            owner: key.owner,
            domain: asked.domain,
            keyID: key.id,
            requestID: call.facts.id,
            createdAt: now,
            replyTo: preference.wait > .zero ? replies.channel : "",
            traceparent: call.facts.trace.traceparent,
            deadline: deadline,
            ifVersion: ifVersion,
            payload: asked.body
        )
        let publication = Publication(command, idempotency)
        let done = try await carryOut(publication, key, until: call.facts.began + preference.wait)
        var answer = done.ending.answer(call.facts)
        if declaration.isVersioned, let version = done.ending.version {
            answer.headers[.eTag] = EntityTags.tag(version)
        }
        if let applied = preference.applied, answer.status.kind == .successful {
            answer.headers[.preferenceApplied] = applied
        }
        return answer.counted(done.budget)
    }

    /// One that came over a socket: waits for its end as long as a request without a preference does.
    func handle(
        _ kind: CommandKind,
        entity: String,
        domain: String,
        key: APIKey,
        body: JSONValue
    ) async throws -> JobEnding {
        let command = try command(kind, entity: entity, domain: domain, key: key, payload: body.jsonBytes)
        return try await carryOut(Publication(command, nil), key, until: .now + defaultWait).ending
    }

    /// One part of a request that is several commands; waits for its end until `deadline`.
    ///
    /// - Returns: how it ended, and whether that was the end of an earlier job with the same claim.
    func handle(
        _ kind: CommandKind,
        domain: String,
        key: APIKey,
        body: [UInt8],
        idempotency: IdempotencyClaim?,
        until deadline: ContinuousClock.Instant
    ) async throws -> (ending: JobEnding, isRepeated: Bool) {
        let command = try command(kind, entity: nil, domain: domain, key: key, payload: body)
        let done = try await carryOut(Publication(command, idempotency), key, until: deadline)
        return (done.ending, done.isRepeated)
    }

    /// A command that is no request of its own: without preferences, and answered to this gateway.
    ///
    /// - Parameter entity: nil: it is named after the job.
    private func command(
        _ kind: CommandKind,
        entity: String?,
        domain: String,
        key: APIKey,
        payload: [UInt8]
    ) throws -> Command {
        let now = Timestamp.milliseconds()
        let jobID = UUIDv7.make()
        return Command(
            jobID: jobID,
            kind: kind,
            entityID: entity ?? jobID,
            owner: key.owner,
            domain: domain,
            keyID: key.id,
            requestID: UUIDv7.make(),
            createdAt: now,
            replyTo: replies.channel,
            deadline: try jobDeadline.deadline([:], now: now),
            payload: payload
        )
    }

    /// What a request asks for, valid.
    private struct Asked {
        let domain: String
        let entity: String
        /// As it is published.
        let body: [UInt8]
        /// What tells the body from others: the same for JSON that differs in the order of members and in blanks alone; empty
        /// where the request has no idempotency key.
        let canonical: [UInt8]
    }

    /// Reads and checks a request.
    ///
    /// The values that were read, many times the size of the body, do not outlive this.
    private func read(
        _ call: Call,
        _ key: APIKey,
        _ declaration: any AnyCommandDeclaration,
        _ endpoint: CommandEndpoint,
        jobID: String,
        now: Int64
    ) async throws -> Asked {
        var reader = call.body
        if declaration.isMergePatch { reader.type = .mergePatch }
        var (value, bytes) = try await reader.json()
        let canonical = call.facts.headers[.idempotencyKey] == nil ? [] : value.jsonBytes
        let domain = try key.domain(requested: try value.domain(besides: call.facts.query["domain"]))
        if !endpoint.members.isEmpty {
            var ids: [String: String] = [:]
            for name in endpoint.members { ids[name] = try call.entity(name) }
            value = try value.completed(ids)
            bytes = value.jsonBytes
        }
        if !endpoint.flags.isEmpty {
            value = try value.flagged(endpoint.flags.map(\.name), call.facts.query)
            bytes = value.jsonBytes
        }
        if let rewrite = endpoint.rewrite {
            value = try rewrite(value)
            bytes = value.jsonBytes
        }
        let entity = try Self.entity(endpoint.entity, call, value, jobID)
        try await declaration.check(
            value,
            CommandSubject(entityID: entity, jobID: jobID, createdAt: now, source: .request),
            in: CommandPlace(store: store, owner: key.owner, domain: domain)
        )
        return Asked(domain: domain, entity: entity, body: bytes, canonical: canonical)
    }

    private static func entity(
        _ source: EntitySource,
        _ call: Call,
        _ body: JSONValue,
        _ jobID: String
    ) throws(NovaError) -> String {
        switch source {
        case .path(let parameter): return try call.entity(parameter)
        case .job: return jobID
        case .first(let name):
            // What is wrong with them is said by the check, with all else.
            return body[name]?.objectValue?.keys.filter { EntityID.fault($0) == nil }.min() ?? jobID
        case .member(let name):
            // What is wrong with it is said by the check, with all else.
            guard let named = body[name]?.stringValue, EntityID.fault(named) == nil else { return jobID }
            return named
        }
    }

    private func admit(_ publication: Publication, _ key: APIKey) async throws -> Admission {
        do {
            return try await store.admission.admit(
                publication.command,
                budget: budgets.requests(of: key),
                key: key,
                idempotency: publication.idempotency
            )
        } catch {
            // The job may be recorded all the same; nobody will publish its command.
            if (error as? RedisError)?.mayHaveBeenApplied ?? true {
                rollback.add(publication, NovaError(cause: error))
            }
            throw error
        }
    }

    private struct Done {
        let ending: JobEnding
        let budget: BudgetState
        /// It is that of an earlier job.
        var isRepeated = false
    }

    /// Admits and publishes; once admitted, the request is counted, and nothing is thrown any more.
    private func carryOut(
        _ publication: Publication,
        _ key: APIKey,
        until deadline: ContinuousClock.Instant
    ) async throws -> Done {
        let command = publication.command
        switch try await admit(publication, key) {
        case .admitted(let budget):
            return Done(ending: await publish(publication, deadline), budget: budget)
        case .repeated(let earlier, let budget) where earlier.needsPublishing:
            return Done(ending: await publish(publication.repeating(earlier), deadline), budget: budget)
        case .repeated(let earlier, let budget):
            let ending = await replies.follow(earlier.id, owner: command.owner, until: deadline)
            return Done(ending: ending, budget: budget, isRepeated: true)
        case .reused(let budget):
            let error = NovaError(.idempotencyKeyReused, "this Idempotency-Key was used with another request")
            return Done(ending: .failed(command.jobID, error), budget: budget)
        case .limited(let budget):
            return Done(ending: .failed(command.jobID, .limited(budget)), budget: budget)
        }
    }
}

extension JSONValue {
    /// The body with the flags of the query; one that has a flag itself is refused.
    fileprivate func flagged(_ flags: [String], _ query: QueryItems) throws(NovaError) -> JSONValue {
        guard var members = objectValue else { return self }
        var validator = Validator(.request)
        for name in flags {
            if members[name] != nil {
                validator.fail(JSONPointer.root.appending(name), "is a parameter of the query: ?\(name)=true")
            }
            // That it is one of both was checked with the query.
            members[name] = query[name].map { .bool($0 == "true") }
        }
        try validator.finish()
        return .object(members)
    }
}
