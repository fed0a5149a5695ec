package import HTTPTypes

/// One method on one path, and what answers it.
package struct Route: Sendable {
    /// Who counts the request against the key's budget.
    enum Counting: Sendable {
        /// Nobody: the path is public.
        case none
        /// The responder, before the handler runs.
        case before
        /// The handler, in the round trip that admits the command.
        case byHandler
    }

    package let method: HTTPRequest.Method
    /// For example `/api/jobs/{job_id}`.
    package let path: String
    /// Of its parameters, in the order they stand in `path`.
    let parameterNames: [String]
    let counting: Counting
    /// What it takes behind the question mark; all else is refused.
    package let query: [QueryParameter]
    let handler: @Sendable (Call) async throws -> Answer

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ counting: Counting,
        query: [QueryParameter] = [],
        _ handler: @escaping @Sendable (Call) async throws -> Answer
    ) {
        self.method = method
        self.path = path
        parameterNames = path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
        self.counting = counting
        self.query = query
        self.handler = handler
    }
}
