import HTTPTypes
import NIOCore
import NovaAPI
import NovaContract

/// How a job stands when its client is answered.
enum JobEnding: Sendable, Equatable {
    /// The result, a JSON object, as the worker wrote it.
    case completed(String, result: ArraySlice<UInt8>)
    case failed(String, NovaError)
    /// Not ended, as far as is known.
    case pending(String)

    /// Nil for a job that has not ended.
    init?(_ record: JobRecord) {
        switch record.state {
        case .completed: self = .completed(record.id, result: (record.result ?? [:]).jsonBytes[...])
        case .failed: self = .failed(record.id, record.error ?? NovaError(.serviceError, "the job failed"))
        case .cancelled: self = .failed(record.id, record.error ?? NovaError(.conflict, "the job was cancelled"))
        case .queued, .running: return nil
        }
    }

    /// The version that the result gives its entity; nil where it gives none, or there is no result.
    var version: Int? {
        guard case .completed(_, let result) = self else { return nil }
        // What a worker wrote can be read.
        let value = try? JSONValue(parsing: result)
        return value?["version"]?.intValue
    }

    func answer(_ facts: RequestFacts) -> Answer {
        switch self {
        case .completed(let id, let result):
            let headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
            return Answer(status: .ok, headers: headers, body: Self.spliced(id, result))
        case .failed(_, let error):
            return .problem(error, instance: facts.path, requestID: facts.id)
        case .pending(let id):
            var answer = Answer.json(
                ["job_id": .string(id), "status": .string(JobState.queued.rawValue), "links": JobRecord.links(id)],
                status: .accepted
            )
            answer.headers[.location] = "/api/jobs/\(id)"
            return answer
        }
    }

    /// The result with `job_id` as its first member, without reading it.
    private static func spliced(_ id: String, _ result: ArraySlice<UInt8>) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(result.count + 64)
        buffer.writeString(#"{"job_id":"\#(id)""#)
        let members = result.dropFirst()
        if members.first != UInt8(ascii: "}") { buffer.writeString(",") }
        buffer.writeBytes(members)
        return buffer
    }
}
