package import HTTPTypes
import Hummingbird
package import HummingbirdCore
package import NIOCore
package import NovaContract
package import NovaStore

/// What a request is answered with, before what every answer has is added.
package struct Answer: Sendable {
    package var status: HTTPResponse.Status
    package var headers: HTTPFields
    package var body: ByteBuffer
    /// Writes the body where it is too long to be held; then `body` is empty.
    package var stream: (@Sendable (inout any ResponseBodyWriter) async throws -> Void)?
    /// How the key's budget stands, where the request was counted.
    package var budget: BudgetState?

    package init(status: HTTPResponse.Status, headers: HTTPFields = HTTPFields(), body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ByteBuffer(bytes: value.jsonBytes)
        )
    }

    /// One page of a list: its elements, `next_cursor`, and the next page as a link (RFC 8288) that keeps all filters.
    ///
    /// - Parameter more: further members.
    package static func page(
        _ name: String,
        _ elements: [JSONValue],
        next: ListCursor?,
        _ call: Call,
        more: JSONObject = [:]
    ) -> Answer {
        var members = more
        members[name] = .array(elements)
        members["next_cursor"] = JSONValue(next?.text)
        members["timestamp"] = .string(Timestamp.string())
        var answer = Answer.json(.object(members))
        if let next {
            let query = call.facts.query.text(replacing: "cursor", with: next.text)
            answer.headers[.link] = "<\(call.facts.path)?\(query)>; rel=\"next\""
        }
        return answer
    }

    package static func problem(_ error: NovaError, instance: String, requestID: String) -> Answer {
        var headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        if let seconds = error.retryAfter { headers[.retryAfter] = String(seconds) }
        if !error.allowedMethods.isEmpty { headers[.allow] = error.allowedMethods.joined(separator: ", ") }
        if error.code == .unsupportedMediaType { headers[.acceptEncoding] = "identity" }
        if error.code == .authenticationError { headers[.wwwAuthenticate] = #"Bearer realm="nova""# }
        return Answer(
            status: HTTPResponse.Status(code: error.code.status),
            headers: headers,
            body: ByteBuffer(bytes: error.problem(instance: instance, requestID: requestID).jsonBytes)
        )
    }

    package func counted(_ state: BudgetState) -> Answer {
        var answer = self
        answer.budget = state
        return answer
    }

    /// The same to a HEAD: the fields without the body they describe.
    package func response(isHead: Bool) -> Response {
        var headers = headers
        guard status != .noContent, status != .notModified else { return Self.bare(status, headers) }
        if let stream {
            return isHead
                ? Self.bare(status, headers)
                : Response(status: status, headers: headers, body: ResponseBody { try await stream(&$0) })
        }
        headers[.contentLength] = String(body.readableBytes)
        return isHead
            ? Response(status: status, headers: headers)
            : Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }

    /// Without `Content-Length`, which a 204 may not have (RFC 9110, section 8.6), which of a 304 would be that of the body
    /// it spares, and which a stream does not know.
    private static func bare(_ status: HTTPResponse.Status, _ headers: HTTPFields) -> Response {
        var response = Response(status: status, headers: headers)
        response.headers[.contentLength] = nil
        return response
    }
}
