import HTTPTypes
import NIOCore
import NovaContract
import Testing

@testable import Gateway
@testable import NovaAPI

@Suite("Reply")
struct ReplyTests {
    private func reply(_ parts: String...) -> Reply? { Reply(Array(parts.joined(separator: "\u{1F}").utf8)) }

    @Test("a result gets the job's id as its first member, whatever it holds")
    func completed() throws {
        let facts = RequestFacts.sample
        let answer = try #require(reply("j-1", "completed", #"{"a":"\u001f"}"#)).ending.answer(facts)
        #expect(answer.status == .ok)
        #expect(String(buffer: answer.body) == #"{"job_id":"j-1","a":"\u001f"}"#)
        let empty = try #require(reply("j-1", "completed", "{}")).ending.answer(facts)
        #expect(String(buffer: empty.body) == #"{"job_id":"j-1"}"#)
    }

    @Test("a failed job answers with its own error")
    func failed() throws {
        let error = NovaError(.infeasible, "no", details: [.init("/a", "wrong")])
        let answer = try #require(reply("j-1", "failed", error.json.jsonString)).ending.answer(.sample)
        #expect(answer.status.code == 422)
        let body = try JSONValue(parsing: Array(buffer: answer.body))
        #expect(body["error"]?["code"] == "INFEASIBLE")
        #expect(body["error"]?["request_id"] == .string(RequestFacts.sample.id))
    }

    @Test("a job that goes on is answered with where to ask for it")
    func pending() throws {
        let answer = JobEnding.pending("j-1").answer(.sample)
        #expect(answer.status == .accepted)
        #expect(answer.headers[.location] == "/api/jobs/j-1")
    }

    @Test(
        "what is no reply is not taken for one",
        arguments: [
            "", "j-1", "j-1\u{1F}completed", "j-1\u{1F}running\u{1F}{}",
            "j-1\u{1F}completed\u{1F}[]", "j-1\u{1F}failed\u{1F}{",
        ]
    )
    func unreadable(text: String) { #expect(Reply(Array(text.utf8)) == nil) }
}
