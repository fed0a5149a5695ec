import HTTPTypes
import Testing

@testable import Gateway

@Suite("CORS")
struct CORSPolicyTests {
    private func decorated(_ origins: [String], origin: String?) -> HTTPFields {
        var headers = HTTPFields()
        CORSPolicy(origins: origins).decorate(&headers, origin: origin)
        return headers
    }

    @Test("an allowed origin is named, and caches are told that the answer depends on it")
    func allowed() {
        let headers = decorated(["https://a.example"], origin: "https://a.example")
        #expect(headers[.accessControlAllowOrigin] == "https://a.example")
        #expect(headers[.vary] == "Origin")
        #expect(headers[.accessControlExposeHeaders]?.contains("RateLimit") == true)
    }

    @Test("another origin gets nothing", arguments: ["https://b.example", "https://a.example.evil", "null", ""])
    func refused(origin: String) {
        #expect(decorated(["https://a.example"], origin: origin)[.accessControlAllowOrigin] == nil)
    }

    @Test("nothing configured: nothing said") func none() {
        #expect(decorated([], origin: "https://a.example").isEmpty)
    }

    @Test("all origins") func all() {
        #expect(decorated(["*"], origin: "https://a.example")[.accessControlAllowOrigin] == "*")
    }

    @Test("a preflight names methods and headers, to allowed origins only")
    func preflight() {
        let policy = CORSPolicy(origins: ["https://a.example"])
        let answer = policy.preflight(origin: "https://a.example", methods: ["GET", "POST"])
        #expect(answer.status == .noContent)
        #expect(answer.headers[.accessControlAllowMethods] == "GET, POST")
        #expect(answer.headers[.accessControlAllowHeaders]?.contains("X-API-Key") == true)
        #expect(
            policy.preflight(origin: "https://b.example", methods: ["GET"]).headers[.accessControlAllowMethods] == nil
        )
    }
}
