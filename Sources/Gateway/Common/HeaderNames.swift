import HTTPTypes

// Each is a literal token of RFC 9110, so that none of them can be nil.
extension HTTPField.Name {
    static let acceptPatch = HTTPField.Name("Accept-Patch")!
    static let link = HTTPField.Name("Link")!
    static let apiKey = HTTPField.Name("X-API-Key")!
    static let requestID = HTTPField.Name("X-Request-ID")!
    static let responseTime = HTTPField.Name("X-Response-Time")!
    static let rateLimit = HTTPField.Name("RateLimit")!
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy")!
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let jobDeadline = HTTPField.Name("Job-Deadline")!
    static let prefer = HTTPField.Name("Prefer")!
    static let preferenceApplied = HTTPField.Name("Preference-Applied")!
    static let traceparent = HTTPField.Name("traceparent")!
    static let tracestate = HTTPField.Name("tracestate")!
    static let frameOptions = HTTPField.Name("X-Frame-Options")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
