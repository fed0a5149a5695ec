import DocumentKit
import NIOHTTP1
import NovaContract

/// Judges one answer.
struct Oracle: Sendable {
    let document: OpenAPIDocument
    /// Stands in everything that another owner has, and in nothing that is sent.
    static let secret = "belongs-to-somebody-else"
    /// Seconds until an answer must be there, unless the request asks for more.
    static let patience = 10
    private static let maximumErrorBytes = 65_536

    /// Seconds that a request may take: a client may ask to be waited for.
    func patience(_ request: FuzzRequest) -> Int {
        let asks = request.headers.contains { $0.name == "Prefer" && $0.value.contains("wait") }
        let text = request.body.map { String(decoding: $0.bytes.prefix(100_000), as: UTF8.self) } ?? ""
        return asks || text.contains("\"wait\"") || request.query.contains { $0.name == "wait" } ? 75 : Self.patience
    }

    /// What is wrong with an answer; nil: nothing.
    func fault(of response: RawConnection.Response, to request: FuzzRequest) -> String? {
        if response.status >= 500, !(response.status == 501 && Self.isUnusual(request.method)) {
            return "a \(response.status): \(Self.text(response.body))"
        }
        if response.status >= 400, response.body.count > Self.maximumErrorBytes {
            return "an error answer of \(response.body.count) bytes"
        }
        if String(decoding: response.body, as: UTF8.self).contains(Self.secret) {
            return "what is another owner's: \(Self.text(response.body))"
        }
        // Only exports are as long as that.
        guard !response.isCut else { return nil }
        let faults = document.faults(
            of: response.body,
            status: response.status,
            contentType: response.headers.first(name: "content-type"),
            to: request.method,
            request.path
        )
        guard let first = faults.first else { return nil }
        return
            "an answer (\(response.status)) that is not what the document says: \(first); it is \(Self.text(response.body))"
    }

    private static func isUnusual(_ method: String) -> Bool {
        !["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"].contains(method)
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).cut(toBytes: 600)
    }
}
