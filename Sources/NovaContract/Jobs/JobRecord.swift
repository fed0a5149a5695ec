/// What is kept of a job, for as long as the configuration says.
package struct JobRecord: Sendable, Equatable {
    package let id: String
    package private(set) var state: JobState
    package let kind: String
    package let entityID: String
    package let domain: String
    package let requestID: String
    /// Milliseconds since 1970.
    package let createdAt: Int64
    package let startedAt: Int64?
    package let finishedAt: Int64?
    /// 0…1, as the worker last told.
    package let progress: Double
    package let progressMessage: String
    /// Times it was begun, without those that were handed back.
    package let attempts: Int
    /// The worker that has it, and the name of that attempt; empty where none has begun.
    package let worker: String
    package let run: String
    /// Of the last attempt that is to be followed by another, and when that one is due.
    package let lastError: NovaError?
    package let retryAt: Int64?
    /// When it fails if it has not ended.
    package let deadline: Int64?
    package let isCancelRequested: Bool
    package let result: JSONValue?
    package let error: NovaError?

    package init(
        id: String,
        state: JobState,
        kind: String,
        entityID: String,
        domain: String,
        requestID: String,
        createdAt: Int64,
        startedAt: Int64?,
        finishedAt: Int64?,
        progress: Double,
        progressMessage: String,
        attempts: Int,
        worker: String = "",
        run: String = "",
        lastError: NovaError? = nil,
        retryAt: Int64? = nil,
        deadline: Int64? = nil,
        isCancelRequested: Bool,
        result: JSONValue?,
        error: NovaError?
    ) {
        self.id = id
        self.state = state
        self.kind = kind
        self.entityID = entityID
        self.domain = domain
        self.requestID = requestID
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.progress = progress
        self.progressMessage = progressMessage
        self.attempts = attempts
        self.worker = worker
        self.run = run
        self.lastError = lastError
        self.retryAt = retryAt
        self.deadline = deadline
        self.isCancelRequested = isCancelRequested
        self.result = result
        self.error = error
    }
}

extension JobRecord {
    /// Whether its deadline is over, though it has not ended.
    package func isOverdue(at now: Int64) -> Bool { !state.isTerminal && (deadline.map { $0 <= now } ?? false) }

    /// As it is shown where its worker is known to be dead: it waits for another.
    package var withoutWorker: JobRecord {
        var record = self
        record.state = .queued
        return record
    }

    /// GET `/api/jobs/{job_id}`.
    ///
    /// The list leaves `result` out: it may be large.
    package func json(withResult: Bool) -> JSONValue {
        var members: JSONObject = [
            "job_id": .string(id),
            "status": .string(state == .running && isCancelRequested ? "cancelling" : state.rawValue),
            "type": .string(kind),
            "subject": .string(entityID),
            "domain": .string(domain),
            "request_id": .string(requestID),
            "created_at": .string(Timestamp.string(milliseconds: createdAt)),
            "started_at": startedAt.map { .string(Timestamp.string(milliseconds: $0)) } ?? .null,
            "finished_at": finishedAt.map { .string(Timestamp.string(milliseconds: $0)) } ?? .null,
            "deadline_at": deadline.map { .string(Timestamp.string(milliseconds: $0)) } ?? .null,
            "attempts": JSONValue(attempts),
            "worker": state == .running ? .string(worker) : .null,
            "retry_at": state == .queued ? retryAt.map { .string(Timestamp.string(milliseconds: $0)) } ?? .null : .null,
            "last_error": lastError?.json ?? .null,
            "progress": ["fraction": JSONValue(progress), "message": .string(progressMessage)],
            "error": error?.json ?? .null,
            "links": Self.links(id),
        ]
        if withResult { members["result"] = result ?? .null }
        return .object(members)
    }

    /// Where a job can be asked for, cancelled and followed.
    package static func links(_ jobID: String) -> JSONValue {
        [
            "self": .string("/api/jobs/\(jobID)"),
            "cancel": .string("/api/jobs/\(jobID)"),
            "events": .string("/api/ws"),
            "channel": .string("job:\(jobID)"),
        ]
    }
}
