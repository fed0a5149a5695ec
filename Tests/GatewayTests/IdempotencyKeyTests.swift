import HTTPTypes
import NovaContract
import NovaStore
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("Idempotency key")
struct IdempotencyKeyTests {
    private func claim(
        _ key: String? = "k-1",
        _ method: HTTPRequest.Method = .post,
        _ path: String = "/a",
        _ domain: String = "d",
        _ body: String = "{}",
        asks: [String] = []
    ) throws -> IdempotencyClaim? {
        var headers = HTTPFields()
        headers[.idempotencyKey] = key
        return try IdempotencyKey.claim(
            headers,
            method: method,
            path: path,
            domain: domain,
            asks: asks,
            body: Array(body.utf8)
        )
    }

    @Test("no key, no claim") func none() throws { #expect(try claim(nil) == nil) }

    @Test("the same request has the same claim") func same() throws { #expect(try claim() == claim()) }

    @Test("another method, path, domain, flag, condition or body has another fingerprint, under the same digest")
    func different() throws {
        let first = try #require(try claim())
        let others = [
            try claim("k-1", .put), try claim("k-1", .post, "/b"), try claim("k-1", .post, "/a", "e"),
            try claim("k-1", .post, "/a", "d", "{ }"), try claim(asks: ["?purge"]), try claim(asks: ["if 7"]),
            try claim(asks: ["?purge", "if 7"]),
        ]
        for other in others {
            #expect(other?.digest == first.digest)
            #expect(other?.fingerprint != first.fingerprint)
        }
        #expect(Set(others.map { $0?.fingerprint }).count == 7)
        #expect(try claim("k-2")?.digest != first.digest)
    }

    @Test("quotes are the field's syntax, not the key's")
    func quoted() throws {
        #expect(try claim("\"k-1\"") == claim("k-1"))
        #expect(try claim("\"k-1\";a=1") == claim("k-1"))
        #expect(try claim(#""a\"b""#) == claim(#"a"b"#))
        #expect(try claim("\"k-1\"") != claim("\"k-2\""))
    }

    @Test("several keys are none")
    func several() {
        let headers: HTTPFields = [.idempotencyKey: "a", .contentType: "x"]
        var twice = headers
        twice.append(HTTPField(name: .idempotencyKey, value: "a"))
        #expect(throws: NovaError.self) {
            try IdempotencyKey.claim(twice, method: .post, path: "/", domain: "d", body: [])
        }
    }

    @Test(
        "keys that are none are refused",
        arguments: [
            "", "ä", String(repeating: "k", count: 256), "\"\"", "\"k", "\"k\"x", "\"k\\x\"", "\"a\", \"b\"",
        ]
    )
    func refused(key: String) {
        #expect(throws: NovaError.self) { try claim(key) }
    }
}
