import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import NovaContract
import Testing

@testable import Gateway
@testable import NovaAPI

/// What needs neither Redis nor Kafka.
///
/// The rest is tested over real processes.
@Suite("Responder")
struct ResponderTests {
    private func respond(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ fields: HTTPFields = [:]
    ) async throws -> (response: Response, body: JSONValue?) {
        let head = HTTPRequest(method: method, scheme: "http", authority: "a", path: path, headerFields: fields)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let context = GatewayContext(source: .init(channel: EmbeddedChannel(), logger: logger))
        let response = try await SampleGateway.make().responder.respond(to: request, context: context)
        let collector = BodyCollector()
        try await response.body.write(collector)
        let bytes = collector.bytes
        return (response, bytes.isEmpty ? nil : try? JSONValue(parsing: bytes))
    }

    @Test(
        "below /api the key comes first, whatever path and method",
        arguments: [
            (HTTPRequest.Method.get, "/api/jobs"), (.post, "/api/jobs"), (.get, "/api/nowhere"), (.options, "/api"),
            (.head, "/api/jobs"), (.patch, "/api/ws"), (.get, "/api/orchestration/flows/a/optimize"),
        ] as [(HTTPRequest.Method, String)]
    )
    func unauthenticated(method: HTTPRequest.Method, path: String) async throws {
        let (response, body) = try await respond(method, path)
        #expect(response.status == .unauthorized)
        #expect(response.headers[.wwwAuthenticate] == #"Bearer realm="nova""#)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(response.headers[.rateLimit] == nil)
        if method != .head {
            #expect(body?["error"]?["code"] == "AUTHENTICATION_ERROR")
            #expect(body?["error"]?["request_id"]?.stringValue == response.headers[.requestID])
        }
    }

    @Test("a key that cannot be checked is no pass")
    func unavailable() async throws {
        let (response, body) = try await respond(.get, "/api/jobs", [.apiKey: "some-key"])
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] == "1")
        #expect(body?["error"]?["code"] == "SERVICE_UNAVAILABLE")
    }

    @Test(
        "public paths need no key",
        arguments: [
            "/", "/health", "/health/live", "/docs", "/redoc", "/openapi.json", "/asyncapi.json", "/console",
            "/problems",
        ]
    )
    func open(path: String) async throws {
        let (response, _) = try await respond(.get, path)
        #expect(response.status == .ok)
        #expect(response.headers[.xContentTypeOptions] == "nosniff")
        #expect(response.headers[.requestID] != nil)
        #expect(response.headers[.responseTime] != nil)
    }

    @Test("figures tell of all owners: they need a key that holds admin")
    func figures() async throws {
        let (response, body) = try await respond(.get, "/metrics")
        #expect(response.status == .unauthorized)
        #expect(body?["error"]?["code"] == "AUTHENTICATION_ERROR")
    }

    @Test("the root says where the documents are")
    func root() async throws {
        let body = try await respond(.get, "/").body
        #expect(body == ["name": "Nova API", "version": "test", "docs_url": "/docs", "redoc_url": "/redoc"])
    }

    @Test("not ready before the dependencies have answered, and each is named")
    func readiness() async throws {
        let (response, body) = try await respond(.get, "/health/ready")
        #expect(response.status == .serviceUnavailable)
        #expect(body?["dependencies"]?["redis"]?["status"] == "down")
        #expect(body?["dependencies"]?["kafka"]?["status"] == "down")
        // Why is for operators.
        #expect(body?["dependencies"]?["kafka"] == ["status": "down"])
    }

    @Test("readiness is told also to whom no key can be checked for")
    func readinessWithKey() async throws {
        let (response, body) = try await respond(.get, "/health/ready", [.apiKey: "some-key"])
        #expect(response.status == .serviceUnavailable)
        #expect(body?["dependencies"]?["redis"]?["status"] == "down")
    }

    @Test("an unknown path, and a method that a public path has not")
    func routing() async throws {
        #expect(try await respond(.get, "/nowhere").response.status == .notFound)
        let response = try await respond(.post, "/health").response
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers[.allow] == "GET, HEAD, OPTIONS")
    }

    @Test("each error's type opens its page", arguments: ErrorCode.allCases)
    func problemPages(code: ErrorCode) async throws {
        let (response, _) = try await respond(.get, code.type)
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/html; charset=utf-8")
        #expect(!code.page.meaning.isEmpty && !code.page.advice.isEmpty)
        let (unknown, body) = try await respond(.get, "/problems/nothing")
        #expect(unknown.status == .notFound)
        #expect(body?["type"] == "/problems/resource-not-found")
    }

    @Test("a method that no path has, a path that is no text, and the server as a whole")
    func targets() async throws {
        #expect(try await respond(.trace, "/health").response.status == .notImplemented)
        #expect(try await respond(.init("FOO")!, "/nowhere").response.status == .notImplemented)
        #expect(try await respond(.get, "/%zz").response.status == .badRequest)
        let (response, _) = try await respond(.options, "*")
        #expect(response.status == .noContent)
        #expect(response.headers[.allow] == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT")
    }

    @Test(
        "unknown parameters are refused on every public path, with what was meant",
        arguments: ["/", "/health", "/docs"]
    )
    func publicQuery(path: String) async throws {
        let (response, body) = try await respond(.get, path + "?a=1")
        #expect(response.status == .badRequest)
        #expect(body?["error"]?["details"]?.arrayValue?.first?["pointer"] == "/a")
        #expect(body?["errors"]?.arrayValue?.first?["pointer"] == "#/a")
        #expect(try await respond(.get, path + "?x-a=1").response.status == .ok)
    }

    @Test("a head that was refused by its connection is answered before all else")
    func refusedHead() async throws {
        let refusal = NovaError(.validationError, "no Host").json.jsonString
        let (response, body) = try await respond(.get, "/api/jobs", [HeadRefusal.field: refusal])
        #expect(response.status == .badRequest)
        #expect(body?["detail"] == "no Host")
    }

    @Test("HEAD has the fields of GET and no body")
    func head() async throws {
        let get = try await respond(.get, "/openapi.json").response
        let (head, body) = try await respond(.head, "/openapi.json")
        #expect(head.headers[.contentLength] == get.headers[.contentLength])
        #expect(body == nil)
    }

    @Test("a preflight needs no key")
    func preflight() async throws {
        let fields: HTTPFields = [.origin: "https://a.example", .accessControlRequestMethod: "POST"]
        #expect(try await respond(.options, "/api/jobs", fields).response.status == .noContent)
    }

    @Test("the client's request id comes back")
    func requestID() async throws {
        #expect(try await respond(.get, "/", [.requestID: "mine"]).response.headers[.requestID] == "mine")
    }
}

/// Collects a response's body.
private final class BodyCollector: ResponseBodyWriter, @unchecked Sendable {
    // Used by one task only: the one that writes the body, which is over when the bytes are read.
    private(set) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws { bytes += Array(buffer: buffer) }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
