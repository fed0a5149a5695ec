package import HTTPTypes
import Hummingbird
package import HummingbirdCore
import NIOCore
import NIOFoundationCompat
package import NovaContract

/// Reads a request's body within its bounds.
package struct BodyReader: Sendable {
    package let body: RequestBody
    package let headers: HTTPFields
    /// Bytes one body may have.
    package let limit: Int
    /// This request's share of the gateway's memory; whoever made it gives it back.
    package let hold: BodyMemory.Hold
    package let overload: Overload
    /// The only type that is read.
    package var type = BodyType.json
    /// Asks the client for the body, which may wait for that.
    package var ask: @Sendable () -> Void

    package init(
        body: RequestBody,
        headers: HTTPFields,
        limit: Int,
        hold: BodyMemory.Hold,
        overload: Overload,
        ask: @escaping @Sendable () -> Void = {}
    ) {
        self.body = body
        self.headers = headers
        self.limit = limit
        self.hold = hold
        self.overload = overload
        self.ask = ask
    }

    /// The body as JSON, and its bytes as they are to be published.
    ///
    /// An absent body is `{}`.
    ///
    /// - Throws: `NovaError`: `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `VALIDATION_ERROR`, or
    ///   `SERVICE_UNAVAILABLE` where all bodies together are too large.
    package func json() async throws -> (value: JSONValue, bytes: [UInt8]) {
        try checkType()
        try checkEncoding()
        let bytes = try await collect()
        if bytes.isEmpty { return (.object([:]), Array("{}".utf8)) }
        return (try Self.parse(bytes), bytes)
    }

    /// A body whose type is not said is taken for the one that is read.
    private func checkType() throws(NovaError) {
        // Nearly every request's; taking a type apart costs as much as reading a small body.
        guard let text = headers[.contentType], text != type.rawValue else { return }
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(\.trimmed)
        let essence = (parts.first ?? "").lowercased()
        guard type.accepts(essence) else {
            throw NovaError(.unsupportedMediaType, "the body must be \(type.rawValue), not \(essence.prefix(100))")
        }
        for part in parts.dropFirst() {
            let halves = part.split(separator: "=", maxSplits: 1).map { $0.trimmed.lowercased() }
            guard halves.count == 2, halves[0] == "charset" else { continue }
            let charset = halves[1].filter { $0 != "\"" }
            guard charset == "utf-8" || charset == "utf8" else {
                throw NovaError(.unsupportedMediaType, "JSON is written in UTF-8, not \(charset.prefix(40))")
            }
        }
    }

    /// Bodies are read as they are: a bound on their bytes says nothing of what they would be decoded.
    ///
    /// - Throws: `UNSUPPORTED_MEDIA_TYPE` where the body is said to be compressed.
    package func checkEncoding() throws(NovaError) {
        guard let text = headers[.contentEncoding] else { return }
        let codings = text.split(separator: ",").map { $0.trimmed.lowercased() }
        guard let coding = codings.first(where: { $0 != "identity" && !$0.isEmpty }) else { return }
        throw NovaError(
            .unsupportedMediaType,
            "the body must come as it is, without Content-Encoding, not as \(coding.prefix(40))"
        )
    }

    private func collect() async throws -> [UInt8] {
        let declared = headers[.contentLength].flatMap { Int($0) }
        if let declared, declared > limit { throw tooLarge }
        guard declared != 0 else { return [] }
        ask()
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

    package static func parse(_ bytes: [UInt8]) throws(NovaError) -> JSONValue {
        // Compressed, whatever its fields say.
        if bytes.starts(with: [0x1F, 0x8B]) {
            throw NovaError(.unsupportedMediaType, "the body must come as it is, not as gzip")
        }
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

/// What a body is written as.
package enum BodyType: String, Sendable {
    case json = "application/json"
    /// RFC 7396.
    case mergePatch = "application/merge-patch+json"

    /// - Parameter essence: of a media type, in lower case.
    fileprivate func accepts(_ essence: String) -> Bool {
        switch self {
        // Of the kinds of JSON those that are patches mean something else.
        case .json:
            essence == rawValue
                || essence.hasPrefix("application/") && essence.hasSuffix("+json") && !essence.hasSuffix("-patch+json")
        case .mergePatch: essence == rawValue
        }
    }
}
