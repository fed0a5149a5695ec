import NovaContract
import RedisClient

/// The fields of a job's hash.
enum JobFields {
    /// Read by `record`, in this order: all but the result, which may be large.
    static let summary: [String] = [
        "state", "kind", "entity", "domain", "request", "created", "started", "finished", "progress", "message",
        "attempts", "cancel", "error", "worker", "run", "last_error", "retry_at", "deadline",
    ]
    static let all: [String] = summary + ["result"]

    /// What the command itself knows of its job; enough to make the record anew.
    static func identity(of command: Command) -> [RedisArgument] {
        let deadline: [RedisArgument] = command.deadline.map { ["deadline", RedisArgument($0)] } ?? []
        return [
            "kind", RedisArgument(command.kind.name), "entity", RedisArgument(command.entityID),
            "domain", RedisArgument(command.domain), "request", RedisArgument(command.requestID),
            "key", RedisArgument(command.keyID), "created", RedisArgument(command.createdAt),
        ] + deadline
    }

    /// Nil where there is no such job.
    ///
    /// `values` are those of `all` or of `summary`; of the latter no result is known.
    ///
    /// - Throws: `JSONReadError` where a result or an error is kept that is no JSON.
    static func record(id: String, _ values: [RedisValue]) throws -> JobRecord? {
        guard values.count >= summary.count, let name = values[0].string, let state = JobState(rawValue: name) else {
            return nil
        }
        func json(_ index: Int) throws -> JSONValue? {
            guard index < values.count, let bytes = values[index].bytes, !bytes.isEmpty else { return nil }
            return try JSONValue(parsing: bytes)
        }
        return try JobRecord(
            id: id,
            state: state,
            kind: values[1].string ?? "",
            entityID: values[2].string ?? "",
            domain: values[3].string ?? "",
            requestID: values[4].string ?? "",
            createdAt: values[5].string.flatMap { Int64($0) } ?? 0,
            startedAt: values[6].string.flatMap { Int64($0) },
            finishedAt: values[7].string.flatMap { Int64($0) },
            progress: values[8].string.flatMap { Double($0) } ?? 0,
            progressMessage: values[9].string ?? "",
            attempts: values[10].string.flatMap { Int($0) } ?? 0,
            worker: values[13].string ?? "",
            run: values[14].string ?? "",
            lastError: json(15).map(NovaError.init(json:)),
            retryAt: values[16].string.flatMap { Int64($0) },
            deadline: values[17].string.flatMap { Int64($0) },
            isCancelRequested: !values[11].isNull,
            result: json(18),
            error: json(12).map(NovaError.init(json:))
        )
    }
}
