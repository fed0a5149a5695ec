/// What is kept of a job, for as long as the configuration says.
package struct JobRecord: Sendable, Equatable {
    package let id: String
    package let state: JobState
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
    package let attempts: Int
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
        self.isCancelRequested = isCancelRequested
        self.result = result
        self.error = error
    }
}

extension JobRecord {
    /// GET `/api/jobs/{job_id}`.
    ///
    /// The list leaves `result` out: it may be large.
    package func json(withResult: Bool) -> JSONValue {
        var members: [String: JSONValue] = [
            "job_id": .string(id),
            "status": .string(state == .running && isCancelRequested ? "cancelling" : state.rawValue),
            "type": .string(kind),
            "subject": .string(entityID),
            "domain": .string(domain),
            "request_id": .string(requestID),
            "created_at": .string(Timestamp.string(milliseconds: createdAt)),
            "started_at": startedAt.map { .string(Timestamp.string(milliseconds: $0)) } ?? .null,
            "finished_at": finishedAt.map { .string(Timestamp.string(milliseconds: $0)) } ?? .null,
            "attempts": JSONValue(attempts),
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
