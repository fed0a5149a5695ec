import HTTPTypes
import NovaAPI
import NovaContract
import NovaStore

/// Reading of `Idempotency-Key`.
enum IdempotencyKey {
    static let maximumLength = 255

    /// What Redis is asked to hold the request to; nil where it carries no such key.
    ///
    /// - Parameter attempt: at a part of a request that is several commands; another body is then another part, whatever the
    ///   key.
    /// - Parameter asks: what else the request asks for, each part a line that does not begin as JSON does.
    /// - Parameter body: canonical: the same for all that mean the same.
    /// - Throws: `VALIDATION_ERROR` for a key that is empty, too long or not printable ASCII, and for several.
    static func claim(
        _ headers: HTTPFields,
        method: HTTPRequest.Method,
        path: String,
        domain: String,
        attempt: Int? = nil,
        asks: [String] = [],
        body: [UInt8]
    ) throws(NovaError) -> IdempotencyClaim? {
        guard let key = try Self.key(headers) else { return nil }
        // No part before the body can hold a line end, so that two different requests never read the same.
        let head = ([method.rawValue, path, domain] + asks).map { $0 + "\n" }.joined()
        let fingerprint = APIKeySecret.hash(Array(head.utf8) + body)
        // A line end is not printable either.
        return IdempotencyClaim(
            digest: APIKeySecret.hash(attempt.map { "\(key)\n\(fingerprint)\n\($0)" } ?? key),
            fingerprint: fingerprint
        )
    }

    /// The key of a request: a string of structured fields (RFC 9651, section 3.3.3), or what stands there where it is not
    /// in quotes, as older clients write it.
    static func key(_ headers: HTTPFields) throws(NovaError) -> String? {
        let fields = headers[values: .idempotencyKey]
        guard let field = fields.first?.trimmed else { return nil }
        guard fields.count == 1 else {
            throw NovaError(.validationError, "a request has one Idempotency-Key, not \(fields.count)")
        }
        let key = field.hasPrefix("\"") ? unquoted(field) : field
        let isUsable = key.map {
            (1...maximumLength).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        }
        guard let key, isUsable == true else {
            throw NovaError(
                .validationError,
                "Idempotency-Key must have 1 to \(maximumLength) printable ASCII characters, in quotes or not"
            )
        }
        return key
    }

    /// The text of a string in quotes; nil for what is none.
    ///
    /// Parameters behind it are passed over.
    private static func unquoted(_ field: String) -> String? {
        var text: [UInt8] = []
        var rest = field.utf8.dropFirst().makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "\\"):
                guard let escaped = rest.next(), escaped == UInt8(ascii: "\\") || escaped == UInt8(ascii: "\"") else {
                    return nil
                }
                text.append(escaped)
            case UInt8(ascii: "\""):
                let after = rest.next()
                return after == nil || after == UInt8(ascii: ";") ? String(decoding: text, as: UTF8.self) : nil
            default: text.append(byte)
            }
        }
        return nil
    }
}
