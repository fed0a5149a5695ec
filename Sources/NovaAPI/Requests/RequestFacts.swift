package import HTTPTypes
import Hummingbird
package import HummingbirdCore
package import NovaService

/// What is known of a request before anything is decided.
package struct RequestFacts: Sendable {
    package let method: HTTPRequest.Method
    /// As it came, still percent-encoded, without the query.
    package let path: String
    package let query: QueryItems
    package let headers: HTTPFields
    package let id: String
    /// The client's trace with a span of ours, or a new one.
    package let trace: TraceContext
    package let began: ContinuousClock.Instant

    package init(_ request: Request) {
        method = request.method
        (path, query) = Self.split(request.head.path ?? "")
        headers = request.headers
        id = RequestIDs.accept(request.headers[.requestID])
        trace = Self.trace(request.headers)
        began = .now
    }

    package var isBelowAPI: Bool { path == "/api" || path.hasPrefix("/api/") }

    /// The target's parts as they came: a `*` is no path of ours, and none is made one.
    private static func split(_ target: String) -> (path: String, query: QueryItems) {
        // Most have neither; looking at text by characters costs more.
        guard target.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
            return (target, QueryItems(nil))
        }
        let whole = target.prefix { $0 != "#" }
        let parts = whole.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts.first ?? ""), QueryItems(parts.count == 2 ? String(parts[1]) : nil))
    }

    private static func trace(_ headers: HTTPFields) -> TraceContext {
        guard let text = headers[.traceparent], var trace = TraceContext(traceparent: text) else { return .make() }
        trace.tracestate = headers[.tracestate].flatMap(TraceState.init)
        return trace.child()
    }
}
