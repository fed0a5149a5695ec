import HTTPTypes
import NovaContract
import Testing

@testable import Gateway
@testable import NovaAPI
@testable import NovaStore

@Suite("Header texts")
struct HeaderTextTests {
    private let budget = Budget(name: "default", limit: 100, window: .seconds(60))

    @Test("RateLimit and RateLimit-Policy, as the IETF draft writes them")
    func rateLimit() {
        let state = BudgetState(budget: budget, isAdmitted: true, used: 58, reset: .milliseconds(16_200))
        var headers = HTTPFields()
        RateLimitHeaders.decorate(&headers, state)
        #expect(headers[.rateLimitPolicy] == #""default";q=100;w=60"#)
        #expect(headers[.rateLimit] == #""default";r=42;t=17"#)
        #expect(headers[.retryAfter] == nil)
    }

    @Test("a refused request is told when to come again")
    func retryAfter() {
        let state = BudgetState(budget: budget, isAdmitted: false, used: 100, reset: .milliseconds(400))
        var headers = HTTPFields()
        RateLimitHeaders.decorate(&headers, state)
        #expect(headers[.retryAfter] == "1")
        #expect(headers[.rateLimit] == #""default";r=0;t=1"#)
    }

    @Test(
        "usable request ids are kept",
        arguments: ["a", "req-1/é".replacing("é", with: "e"), String(repeating: "x", count: 128)]
    )
    func keptIDs(id: String) { #expect(RequestIDs.accept(id) == id) }

    @Test("others are replaced", arguments: ["", "a b", "a\u{7}", "ä", String(repeating: "x", count: 129)])
    func madeIDs(id: String) {
        let made = RequestIDs.accept(id)
        #expect(made != id)
        #expect(UUIDv7.isValid(made))
    }

    @Test("seconds with six digits")
    func seconds() {
        #expect(Duration.microseconds(1_250).secondsText == "0.001250")
        #expect(Duration.seconds(61).secondsText == "61.000000")
        #expect(Duration.zero.secondsText == "0.000000")
    }

    @Test("query items are decoded; empty ones count as absent")
    func query() {
        let query = QueryItems("a=1&b=x%20y+z&a=2&c=&d&e=%C3%A4&f=%zz")
        #expect(query["a"] == "1")
        #expect(query["b"] == "x y z")
        #expect(query["c"] == nil)
        #expect(query["d"] == nil)
        #expect(query["e"] == "ä")
        #expect(query["f"] == nil)
        #expect(query.malformed == "f=%zz")
        #expect(QueryItems(nil)["a"] == nil)
    }
}
