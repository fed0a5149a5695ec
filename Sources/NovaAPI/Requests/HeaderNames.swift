package import HTTPTypes

// Each is a literal token of RFC 9110, so that none of them can be nil.
extension HTTPField.Name {
    package static let acceptPatch = HTTPField.Name("Accept-Patch")!
    package static let link = HTTPField.Name("Link")!
    package static let apiKey = HTTPField.Name("X-API-Key")!
    package static let requestID = HTTPField.Name("X-Request-ID")!
    package static let responseTime = HTTPField.Name("X-Response-Time")!
    package static let rateLimit = HTTPField.Name("RateLimit")!
    package static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
    package static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    package static let jobDeadline = HTTPField.Name("Job-Deadline")!
    package static let prefer = HTTPField.Name("Prefer")!
    package static let preferenceApplied = HTTPField.Name("Preference-Applied")!
    package static let traceparent = HTTPField.Name("traceparent")!
    package static let tracestate = HTTPField.Name("tracestate")!
    package static let frameOptions = HTTPField.Name("X-Frame-Options")!
    package static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
