import HTTPTypes
import NIOCore
import NovaAPI
import NovaContract
import NovaService

/// What people and tools read: the root, the API documents, the pages made of them, and the figures.
struct PageRoutes: Sendable {
    let version: String
    /// Nil: figures are not shown on this port.
    let metrics: PrometheusMetrics?
    /// JSON, of all routes; it is written when they are known.
    var openAPI: [UInt8] = []

    func root(_ call: Call) -> Answer {
        .json([
            "name": "Nova API", "version": .string(version), "docs_url": "/docs", "redoc_url": "/redoc",
        ])
    }

    func openAPI(_ call: Call) -> Answer { Self.document(openAPI, "application/json") }
    func asyncAPI(_ call: Call) -> Answer { Self.document(Documents.asyncAPI, "application/json") }
    func reference(_ call: Call) -> Answer { Self.page(Documents.reference) }
    func console(_ call: Call) -> Answer { Self.page(Documents.console) }

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

    // MARK: - Errors

    /// All errors, each with a link to its page.
    func problems(_ call: Call) -> Answer {
        let items = ErrorCode.allCases.map { code in
            "<li><a href=\"\(code.type)\">\(code.rawValue)</a> (\(code.status)): \(Self.escaped(code.title))</li>"
        }
        return Self.problemPage("Nova's errors", "<ul>" + items.joined() + "</ul>")
    }

    /// The page of one error: where the `type` of its problem documents leads.
    func problem(_ call: Call) throws -> Answer {
        let slug = call.parameters["problem"] ?? ""
        guard let code = ErrorCode.allCases.first(where: { $0.slug == slug }) else {
            throw NovaError(.resourceNotFound, "there is no error \(slug.prefix(100)): see /problems")
        }
        let page = code.page
        let again = page.mayPass ? "The same request may succeed later." : "The same request will fail again."
        return Self.problemPage(
            code.title,
            "<p><code>\(code.rawValue)</code>, HTTP status \(code.status)</p><h2>What has happened</h2>"
                + "<p>\(Self.escaped(page.meaning))</p><h2>What to do</h2><p>\(Self.escaped(page.advice))</p>"
                + "<p>\(again)</p><p><a href=\"/problems\">All errors</a> · <a href=\"/docs\">The API</a></p>"
        )
    }

    private static func problemPage(_ title: String, _ content: String) -> Answer {
        let text =
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
            + "content=\"width=device-width\"><title>\(escaped(title)) · Nova</title><style>body{max-width:42rem;"
            + "margin:3rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color-scheme:light dark}</style>"
            + "<h1>\(escaped(title))</h1>\(content)</html>\n"
        return page(Array(text.utf8))
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
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
