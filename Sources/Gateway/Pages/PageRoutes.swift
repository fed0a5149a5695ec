import HTTPTypes
import NIOCore
import NovaContract
import NovaService

/// What people and tools read: the root, the API documents, the pages made of them, and the figures.
struct PageRoutes: Sendable {
    let version: String
    /// Nil: figures are not shown on this port.
    let metrics: PrometheusMetrics?

    func root(_ call: Call) -> Answer {
        .json([
            "name": "Nova API", "version": .string(version), "docs_url": "/docs", "redoc_url": "/redoc",
        ])
    }

    func openAPI(_ call: Call) -> Answer { Self.document(PackageResources.openapi_json, "application/json") }
    func asyncAPI(_ call: Call) -> Answer { Self.document(PackageResources.asyncapi_json, "application/json") }
    func reference(_ call: Call) -> Answer { Self.page(PackageResources.reference_html) }
    func console(_ call: Call) -> Answer { Self.page(PackageResources.console_html) }

    /// For a key that holds `admin`: figures tell of all owners.
    func figures(_ call: Call) throws -> Answer {
        try call.authenticatedKey().require(Permission(.admin))
        guard let metrics else { throw NovaError(.resourceNotFound, "there is no /metrics") }
        let type = "text/plain; version=0.0.4; charset=utf-8"
        return Answer(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ByteBuffer(string: metrics.exposition())
        )
    }

    private static func document(_ bytes: [UInt8], _ type: String) -> Answer {
        Answer(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "public, max-age=60"],
            body: ByteBuffer(bytes: bytes)
        )
    }

    /// The pages hold their style and script themselves and speak to this server only.
    private static func page(_ bytes: [UInt8]) -> Answer {
        var answer = document(bytes, "text/html; charset=utf-8")
        answer.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
            + "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        answer.headers[.frameOptions] = "DENY"
        answer.headers[.referrerPolicy] = "no-referrer"
        return answer
    }
}
