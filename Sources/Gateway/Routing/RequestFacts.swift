import HTTPTypes
import Hummingbird
import HummingbirdCore
import NovaService

/// What is known of a request before anything is decided.
package struct RequestFacts: Sendable {
    let method: HTTPRequest.Method
    /// As it came, still percent-encoded, without the query.
    let path: String
    let query: QueryItems
    let headers: HTTPFields
    let id: String
    /// The client's trace with a span of ours, or a new one.
    let trace: TraceContext
    let began: ContinuousClock.Instant

    init(_ request: Request) {
        method = request.method
        path = request.uri.path
        query = QueryItems(request.uri.query)
        headers = request.headers
        id = RequestIDs.accept(request.headers[.requestID])
        trace = Self.trace(request.headers)
        began = .now
    }

    var isBelowAPI: Bool { path == "/api" || path.hasPrefix("/api/") }

    private static func trace(_ headers: HTTPFields) -> TraceContext {
        guard let text = headers[.traceparent], var trace = TraceContext(traceparent: text) else { return .make() }
        trace.tracestate = headers[.tracestate].flatMap(TraceState.init)
        return trace.child()
    }
}
