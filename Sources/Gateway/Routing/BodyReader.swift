import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOFoundationCompat
import NovaContract

/// Reads a request's body within its bounds.
package struct BodyReader: Sendable {
    let body: RequestBody
    let headers: HTTPFields
    /// Bytes one body may have.
    let limit: Int
    /// This request's share of the gateway's memory; whoever made it gives it back.
    let hold: BodyMemory.Hold
    let overload: Overload

    /// The body as JSON, and its bytes as they are to be published.
    ///
    /// An absent body is `{}`.
    ///
    /// - Throws: `NovaError`: `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `VALIDATION_ERROR`, or
    ///   `SERVICE_UNAVAILABLE` where all bodies together are too large.
    func json() async throws -> (value: JSONValue, bytes: [UInt8]) {
        try checkType()
        let bytes = try await collect()
        if bytes.isEmpty { return (.object([:]), Array("{}".utf8)) }
        return (try Self.parse(bytes), bytes)
    }

    /// Only JSON is understood.
    ///
    /// A body whose type is not said is taken for it.
    private func checkType() throws(NovaError) {
        // Nearly every request's; taking a type apart costs as much as reading a small body.
        guard let type = headers[.contentType], type != "application/json" else { return }
        let parts = type.split(separator: ";", omittingEmptySubsequences: false)
        let essence = (parts.first ?? "").filter { $0 != " " && $0 != "\t" }.lowercased()
        guard essence == "application/json" || (essence.hasPrefix("application/") && essence.hasSuffix("+json")) else {
            throw NovaError(.unsupportedMediaType, "the body must be application/json, not \(essence.prefix(100))")
        }
        let charset = parts.dropFirst().first { $0.lowercased().contains("charset=") }
        if let charset, !charset.lowercased().contains("utf-8") {
            throw NovaError(.unsupportedMediaType, "JSON is written in UTF-8")
        }
    }

    private func collect() async throws -> [UInt8] {
        let declared = headers[.contentLength].flatMap { Int($0) }
        if let declared, declared > limit { throw tooLarge }
        guard declared != 0 else { return [] }
        var bytes: [UInt8] = []
        if let declared { bytes.reserveCapacity(declared) }
        for try await part in body {
            guard bytes.count + part.readableBytes <= limit else { throw tooLarge }
            guard hold.take(part.readableBytes) else { throw overload.refusal(.bodies) }
            bytes.append(contentsOf: part.readableBytesView)
        }
        // A connection that ended early looks like the end of the body.
        if let declared, bytes.count != declared {
            throw NovaError(.validationError, "the body has \(bytes.count) bytes, not the \(declared) it declares")
        }
        return bytes
    }

    private var tooLarge: NovaError {
        NovaError(.payloadTooLarge, "the body may have at most \(limit) bytes")
    }

    static func parse(_ bytes: [UInt8]) throws(NovaError) -> JSONValue {
        do {
            return try JSONValue(parsing: bytes, from: .request)
        } catch {
            throw invalid("is not valid JSON: \(error)")
        }
    }

    private static func invalid(_ problem: String) -> NovaError {
        NovaError(.validationError, "the body \(problem)", details: [.init(.root, problem)])
    }
}
