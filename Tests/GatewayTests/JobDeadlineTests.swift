import HTTPTypes
import NovaContract
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("Job deadlines")
struct JobDeadlineTests {
    private func seconds(_ text: String?) throws(NovaError) -> Int64 {
        var deadline = JobDeadline()
        deadline.standard = .milliseconds(1_500)
        deadline.longest = .seconds(60)
        var headers = HTTPFields()
        headers[.jobDeadline] = text
        return try deadline.deadline(headers, now: 1_000_000) - 1_000_000
    }

    @Test("what is asked for, or the default")
    func taken() throws {
        #expect(try seconds(nil) == 1_500)
        #expect(try seconds("1") == 1_000)
        #expect(try seconds("60") == 60_000)
    }

    @Test(
        "anything else is refused, and the field is named",
        arguments: [
            "", "0", "61", "-1", "+5", "1.5", "5s", "1, 2", "soon", "99999999999999999999", "٣",
            "1767225600",
        ]
    )
    func refused(text: String) {
        do {
            _ = try seconds(text)
            Issue.record("must be refused")
        } catch {
            #expect(error.code == .validationError)
            #expect(error.message.hasPrefix("Job-Deadline must be a whole number of seconds from 1 to 60"))
        }
    }

    @Test("of a time since 1970 it is said that seconds from now are meant")
    func epoch() {
        let error = #expect(throws: NovaError.self) { try seconds("1767225600") }
        #expect(error?.message.hasSuffix("seconds from now, no time since 1970") == true)
    }
}
