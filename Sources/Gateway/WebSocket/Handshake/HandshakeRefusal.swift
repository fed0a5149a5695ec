import HTTPTypes
import NovaContract

/// Carries the reason of a refused handshake to the router, which answers it like every other error.
///
/// It travels as a header field of the request. A field of this name that comes from a client is taken away before the
/// router sees it.
enum HandshakeRefusal {
    // A literal token of RFC 9110, so that it cannot be nil.
    private static let field = HTTPField.Name("X-Nova-Handshake-Refusal")!

    static func clear(_ head: inout HTTPRequest) { head.headerFields[field] = nil }

    static func write(_ error: NovaError, to head: inout HTTPRequest) {
        var members = error.json.objectValue ?? [:]
        if let seconds = error.retryAfter { members["retry_after"] = JSONValue(seconds) }
        head.headerFields[field] = JSONValue.object(members).jsonString
    }

    /// Why the handshake was refused; nil for every other request.
    ///
    /// - Parameter path: of the request, without the query.
    static func error(path: String, headers: HTTPFields) -> NovaError? {
        guard Handshake.paths.contains(path), let text = headers[field] else { return nil }
        do {
            let value = try JSONValue(parsing: text)
            let error = NovaError(json: value)
            return NovaError(
                error.code,
                error.message,
                details: error.details,
                retryAfter: value["retry_after"]?.intValue
            )
        } catch {
            return NovaError(.serviceError, "the handshake was refused")
        }
    }
}
