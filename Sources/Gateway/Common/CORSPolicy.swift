import HTTPTypes
import NovaAPI

/// Which origins a browser may call from.
package struct CORSPolicy: Sendable, Equatable {
    private let origins: Set<String>
    private let allowsAll: Bool

    /// - Parameter origins: `scheme://host[:port]` each, or `*` for all: for development only.
    package init(origins: [String]) {
        self.origins = Set(origins)
        allowsAll = origins.contains("*")
    }

    package func allows(_ origin: String) -> Bool { allowsAll || origins.contains(origin) }

    /// Puts on an answer what the browser asks for.
    ///
    /// Origins that are not allowed get nothing, and the browser refuses.
    func decorate(_ headers: inout HTTPFields, origin: String?) {
        guard allowsAll || !origins.isEmpty else { return }
        if allowsAll {
            // To whoever asks, so that a kept answer is good for all.
            headers[.accessControlAllowOrigin] = "*"
        } else {
            headers.vary(by: "Origin")
            guard let origin, allows(origin) else { return }
            headers[.accessControlAllowOrigin] = origin
        }
        headers[.accessControlExposeHeaders] = Self.exposed
    }

    /// The answer to a preflight, which carries no key.
    func preflight(origin: String, methods: [String]) -> Answer {
        var answer = Answer(status: .noContent)
        answer.headers[.vary] = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        guard allows(origin) else { return answer }
        answer.headers[.accessControlAllowMethods] = methods.joined(separator: ", ")
        answer.headers[.accessControlAllowHeaders] = Self.allowed
        answer.headers[.accessControlMaxAge] = "600"
        return answer
    }

    private static let allowed =
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Job-Deadline, Prefer, X-API-Key, "
        + "X-Request-ID, traceparent, tracestate"
    private static let exposed =
        "Accept-Patch, Allow, Content-Disposition, ETag, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, "
        + "Retry-After, WWW-Authenticate, X-Request-ID, X-Response-Time"
}

extension HTTPFields {
    /// Adds the name of a request's field that the answer depends on.
    mutating func vary(by name: String) { self[.vary] = self[.vary].map { "\($0), \(name)" } ?? name }
}
