import HTTPTypes
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("Route table")
struct RouteTableTests {
    private let table = RouteTable([
        Route(.get, "/", .none) { _ in Answer(status: .ok) },
        Route(.get, "/api/jobs", .before) { _ in Answer(status: .ok) },
        Route(.get, "/api/jobs/{job_id}", .before) { _ in Answer(status: .ok) },
        Route(.delete, "/api/jobs/{job_id}", .before) { _ in Answer(status: .ok) },
        Route(.post, "/api/flows/{flow_id}/optimize", .byHandler) { _ in Answer(status: .ok) },
        Route(.post, "/api/flows/batch/optimize", .byHandler) { _ in Answer(status: .ok) },
    ])

    private func found(_ method: HTTPRequest.Method, _ path: String) -> (String, [String: String])? {
        guard case .found(let route, let parameters) = table.match(method, path) else { return nil }
        return (route.path, parameters)
    }

    private func allowed(_ method: HTTPRequest.Method, _ path: String) -> [String]? {
        guard case .wrongMethod(let methods) = table.match(method, path) else { return nil }
        return methods
    }

    private func isUnknown(_ path: String) -> Bool {
        if case .unknown = table.match(.get, path) { true } else { false }
    }

    @Test("finds routes and decodes their parameters")
    func parameters() throws {
        #expect(found(.get, "/")?.0 == "/")
        #expect(found(.get, "/api/jobs/7")?.1 == ["job_id": "7"])
        #expect(found(.post, "/api/flows/a%2Fb%20%C3%A4/optimize")?.1 == ["flow_id": "a/b ä"])
    }

    @Test("a literal goes before a parameter")
    func literal() {
        #expect(found(.post, "/api/flows/batch/optimize")?.0 == "/api/flows/batch/optimize")
    }

    @Test("HEAD is answered by GET's route")
    func head() { #expect(found(.head, "/api/jobs")?.0 == "/api/jobs") }

    @Test("another method: those that are allowed, HEAD and OPTIONS among them")
    func wrongMethod() {
        #expect(allowed(.post, "/api/jobs/7") == ["DELETE", "GET", "HEAD", "OPTIONS"])
        #expect(allowed(.get, "/api/flows/x/optimize") == ["OPTIONS", "POST"])
        #expect(allowed(.options, "/api/jobs") == ["GET", "HEAD", "OPTIONS"])
    }

    @Test(
        "what is no path of ours is unknown",
        arguments: [
            "/api", "/api/jobs/", "/api//jobs", "/api/jobs/7/8", "api/jobs", "/api/flows", "", "*", "//",
        ]
    )
    func unknown(path: String) { #expect(isUnknown(path)) }

    @Test(
        "what is no percent-encoded UTF-8 is no path at all",
        arguments: ["/%zz", "/api/flows/%ff/optimize", "/api/jobs/%"]
    )
    func malformed(path: String) {
        guard case .malformed = table.match(.get, path) else {
            Issue.record("\(path) was taken")
            return
        }
    }
}
