import HTTPTypes
import NovaAPI
import NovaContract
import NovaStore

/// The jobs of a key's owner, in the domains the key may touch: list, one, cancel.
struct JobRoutes: Sendable {
    let store: Store

    // MARK: - Reading

    func list(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "jobs"))
        let filter = try JobFilter(call.facts.query, key: key)
        let (cursor, limit) = try call.facts.query.page()
        let page = try await store.jobs.list(owner: key.owner, cursor: cursor, limit: limit) { filter.accepts($0) }
        var jobs: [JobRecord] = []
        for job in page.elements { jobs.append(try await current(job, owner: key.owner)) }
        return .page(
            "jobs",
            jobs.map { $0.json(withResult: false) },
            next: page.next,
            call
        )
    }

    func get(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.read, area: "jobs"))
        return .json(try await record(call, key).json(withResult: true))
    }

    /// A job of another owner, and one of a domain that the key may not touch, is as unknown as one that never was.
    private func record(_ call: Call, _ key: APIKey) async throws -> JobRecord {
        let id = call.parameters["job_id"] ?? ""
        let unknown = NovaError(.resourceNotFound, "there is no job \(id.prefix(100))")
        guard UUIDv7.isValid(id) else { throw unknown }
        let domain = try call.facts.query["domain"].map { try key.domain(requested: $0) }
        guard let record = try await store.jobs.get(id, owner: key.owner), key.mayTouch(domain: record.domain),
            domain == nil || domain == record.domain
        else { throw unknown }
        return try await current(record, owner: key.owner)
    }

    /// The job as it is after its deadline has been seen to: one that nobody works on ends here.
    private func current(_ record: JobRecord, owner: String) async throws -> JobRecord {
        guard record.state == .queued, record.isOverdue(at: Timestamp.milliseconds()) else { return record }
        _ = try await store.jobs.expire(record, owner: owner)
        return try await store.jobs.get(record.id, owner: owner) ?? record
    }

    // MARK: - Cancelling

    func cancel(_ call: Call) async throws -> Answer {
        let key = try call.authenticatedKey()
        try key.require(Permission(.write, area: "jobs"))
        try BareRequest.check(try await call.body.json().value)
        let record = try await record(call, key)
        switch try await store.jobs.cancel(record, owner: key.owner) {
        case .cancelled:
            return .json(Self.status(record.id, JobState.cancelled.rawValue))
        case .requested:
            var answer = Answer.json(Self.status(record.id, "cancelling"), status: .accepted)
            answer.headers[.location] = "/api/jobs/\(record.id)"
            return answer
        case .ended(let state):
            throw NovaError(.conflict, "the job is \(state.rawValue) already")
        case .unknown:
            throw NovaError(.resourceNotFound, "there is no job \(record.id)")
        }
    }

    private static func status(_ id: String, _ status: String) -> JSONValue {
        ["job_id": .string(id), "status": .string(status), "links": JobRecord.links(id)]
    }
}
