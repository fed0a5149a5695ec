import HTTPTypes
import Testing

@testable import Gateway
@testable import NovaAPI

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
        for name in ["RateLimit", "ETag", "Link", "Location"] {
            #expect(headers[.accessControlExposeHeaders]?.contains(name) == true)
        }
    }

    @Test("another origin gets nothing", arguments: ["https://b.example", "https://a.example.evil", "null", ""])
    func refused(origin: String) {
        #expect(decorated(["https://a.example"], origin: origin)[.accessControlAllowOrigin] == nil)
    }

    @Test("nothing configured: nothing said") func none() {
        #expect(decorated([], origin: "https://a.example").isEmpty)
    }

    @Test("what an answer depends on besides is kept")
    func vary() {
        var headers: HTTPFields = [.vary: "Prefer"]
        CORSPolicy(origins: ["https://a.example"]).decorate(&headers, origin: nil)
        #expect(headers[.vary] == "Prefer, Origin")
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
        for name in ["X-API-Key", "If-Match", "If-None-Match", "Idempotency-Key"] {
            #expect(answer.headers[.accessControlAllowHeaders]?.contains(name) == true)
        }
        #expect(
            policy.preflight(origin: "https://b.example", methods: ["GET"]).headers[.accessControlAllowMethods] == nil
        )
    }
}
