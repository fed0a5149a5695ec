import HTTPTypes
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("Prefer")
struct PreferenceTests {
    private func preference(_ fields: String...) -> Preference {
        var headers = HTTPFields()
        for field in fields { headers.append(HTTPField(name: .prefer, value: field)) }
        return Preference(headers: headers, fallback: .seconds(10), maximum: .seconds(60))
    }

    @Test("nothing preferred: the default, and nothing applied")
    func nothing() {
        #expect(preference().wait == .seconds(10))
        #expect(preference().applied == nil)
        #expect(preference("return=minimal, handling=lenient").applied == nil)
    }

    @Test("respond-async: no wait")
    func async() {
        #expect(preference("respond-async").wait == .zero)
        #expect(preference("Respond-Async; foo=bar").applied == "respond-async")
        #expect(preference("return=minimal", "respond-async").wait == .zero)
    }

    @Test("wait=N: N seconds, cut to the maximum, which is what is applied")
    func waits() {
        #expect(preference("wait=5").wait == .seconds(5))
        #expect(preference("wait = \"5\"").applied == "wait=5")
        #expect(preference("wait=600").applied == "wait=60")
        #expect(preference("wait=99999999999999999").wait == .seconds(60))
        #expect(preference("wait=0").wait == .zero)
        #expect(preference("wait=-3").wait == .zero)
    }

    @Test("both: waits first, as in the example of RFC 7240")
    func both() {
        #expect(preference("respond-async, wait=10").wait == .seconds(10))
    }

    @Test("the first of several equal ones counts; what is no number does not")
    func first() {
        #expect(preference("wait=3", "wait=9").wait == .seconds(3))
        #expect(preference("wait=soon").applied == nil)
        #expect(preference("wait").wait == .seconds(10))
    }
}
