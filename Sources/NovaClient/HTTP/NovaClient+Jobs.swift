/// A command on its way, or what became of it.
public struct NovaJob: Sendable, Equatable {
    /// Where a job stands.
    public struct Status: RawRepresentable, Sendable, Hashable {
        /// As it is written in the answer: `queued`.
        public let rawValue: String

        /// A status as it is written in the answer.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No worker has it yet, or it waits for its next attempt.
        public static let queued = Status(rawValue: "queued")
        /// A worker has it.
        public static let running = Status(rawValue: "running")
        /// Its worker has been told to stop.
        public static let cancelling = Status(rawValue: "cancelling")
        /// It has a result.
        public static let completed = Status(rawValue: "completed")
        /// It has an error.
        public static let failed = Status(rawValue: "failed")
        /// It was cancelled before it had a result.
        public static let cancelled = Status(rawValue: "cancelled")

        /// Whether nothing more happens to the job.
        public var isEnd: Bool { self == .completed || self == .failed || self == .cancelled }
    }

    /// Everything that Nova says about it.
    public let json: JSON

    /// Its id.
    public var id: String { json["job_id"]?.string ?? "" }
    /// Where it stands.
    public var status: Status { Status(rawValue: json["status"]?.string ?? "") }
    /// Which command it is: `flow.optimize`.
    public var type: String { json["type"]?.string ?? "" }
    /// The domain of what it is about.
    public var domain: String? { json["domain"]?.string }
    /// How far it is, 0 to 1.
    public var progress: Double? { json["progress"]?["fraction"]?.double }
    /// What it ended with, where it completed.
    public var result: JSON? { json["result"].flatMap { $0.isNull ? nil : $0 } }
    /// Why it failed, where it did.
    public var error: NovaProblem? { NovaProblem(error: json["error"]) }
}

extension NovaClient {
    /// Asks for a job as it is now.
    public func job(_ id: String, domain: String? = nil) async throws -> NovaJob {
        NovaJob(json: try await get("/api/jobs/\(Self.pathSegment(id))", query: [(name: "domain", value: domain)]))
    }

    /// Cancels a job; returns as soon as that is noted, while its worker may still be at it.
    ///
    /// - Returns: `cancelled` for one that no worker had, and for one that is cancelled already; else `cancelling`.
    /// - Throws: ``NovaClientError/refused(_:)`` with ``NovaProblem/Code/conflict`` for a job that has completed or failed.
    @discardableResult
    public func cancelJob(_ id: String, domain: String? = nil) async throws -> NovaJob.Status {
        let answer = try await send(
            .delete,
            "/api/jobs/\(Self.pathSegment(id))",
            options: RequestOptions(domain: domain)
        )
        return NovaJob.Status(rawValue: try answer.json["status"]?.string ?? "")
    }

    /// Returns the job when it has ended, however long that takes; by an event, not by asking again and again.
    ///
    /// Cancelled, it stops waiting; the job goes on.
    public func endOfJob(_ id: String, domain: String? = nil) async throws -> NovaJob {
        let first = try await job(id, domain: domain)
        if first.status.isEnd { return first }
        let domain = first.domain ?? domain
        return try await withEvents(channels: ["job:\(id)"], domain: domain) { events in
            // It may have ended before the subscription began.
            var now = try await job(id, domain: domain)
            var messages = events.makeAsyncIterator()
            while !now.status.isEnd, let message = try await messages.next() {
                if message.mayEndJob { now = try await job(id, domain: domain) }
            }
            return now
        }
    }

    /// Sends a command and returns its job's id when the command is kept: it will be done, whatever dies.
    ///
    /// - Parameter options: `Prefer` is always `respond-async`.
    public func submit(
        _ method: Method,
        _ path: String,
        body: JSON? = nil,
        options: RequestOptions = RequestOptions()
    ) async throws -> String {
        var options = options
        options.preference = .respondAsync
        let answer = try await send(method, path, body: body.map { .json($0) }, options: options)
        guard let id = try answer.json["job_id"]?.string else {
            throw NovaClientError.invalidAnswer(status: answer.status, reason: "no job_id")
        }
        return id
    }

    /// Sends a command and returns its result when it is done, however long that takes.
    ///
    /// Where the gateway does not wait so long, the job's end is waited for as ``endOfJob(_:domain:)`` does. Cancelled, it stops
    /// waiting; the command goes on.
    ///
    /// - Returns: the command's answer; always an object with `job_id`.
    /// - Throws: ``NovaClientError/refused(_:)`` where the command is refused, fails or is cancelled.
    public func perform(
        _ method: Method,
        _ path: String,
        body: JSON? = nil,
        options: RequestOptions = RequestOptions()
    ) async throws -> JSON {
        let answer = try await send(method, path, body: body.map { .json($0) }, options: options)
        let json = try answer.json
        guard answer.status == 202, let id = json["job_id"]?.string else { return json }
        return try await endOfJob(id, domain: options.domain).answer
    }
}

extension NovaJob {
    /// What a request is answered that waited for it.
    fileprivate var answer: JSON {
        get throws(NovaClientError) {
            guard status == .completed, var members = result?.object else { throw .refused(error ?? .cancelled) }
            members["job_id"] = JSON(id)
            return JSON(members)
        }
    }
}

extension NovaProblem {
    /// What a request is answered whose job was cancelled.
    fileprivate static let cancelled = NovaProblem(
        status: nil,
        code: .conflict,
        message: "the job was cancelled",
        details: [],
        requestID: nil,
        retryAfter: nil
    )
}

extension NovaEvents.Message {
    /// Whether the job may have ended, of a subscription to one job.
    fileprivate var mayEndJob: Bool {
        switch self {
        case .event(let event): ["job.completed", "job.failed", "job.cancelled"].contains(event.name)
        case .gap: true
        case .analytics, .interrupted: false
        }
    }
}
