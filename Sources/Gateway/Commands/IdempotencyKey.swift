import HTTPTypes
import NovaContract
import NovaStore

/// Reading of `Idempotency-Key`.
enum IdempotencyKey {
    static let maximumLength = 255

    /// What Redis is asked to hold the request to; nil where it carries no such key.
    ///
    /// - Parameter attempt: at a part of a request that is several commands; another body is then another part, whatever the
    ///   key.
    /// - Throws: `VALIDATION_ERROR` for a key that is empty, too long or not printable ASCII.
    static func claim(
        _ headers: HTTPFields,
        method: HTTPRequest.Method,
        path: String,
        domain: String,
        attempt: Int? = nil,
        body: [UInt8]
    ) throws(NovaError) -> IdempotencyClaim? {
        guard let key = headers[.idempotencyKey] else { return nil }
        let isUsable =
            (1...maximumLength).contains(key.utf8.count) && key.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        guard isUsable else {
            throw NovaError(
                .validationError,
                "Idempotency-Key must have 1 to \(maximumLength) printable ASCII characters"
            )
        }
        // No part before the body can hold a line end, so that two different requests never read the same.
        let head = "\(method.rawValue)\n\(path)\n\(domain)\n"
        let fingerprint = APIKeySecret.hash(Array(head.utf8) + body)
        // A line end is not printable either.
        return IdempotencyClaim(
            digest: APIKeySecret.hash(attempt.map { "\(key)\n\(fingerprint)\n\($0)" } ?? key),
            fingerprint: fingerprint
        )
    }
}
