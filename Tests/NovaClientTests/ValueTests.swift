import Foundation
import NovaTestKit
import Testing

@testable import NovaClient

/// What is sent and read, without a server.
struct ValueTests {
    @Test func `JSON is written, read and given back as it was`() throws {
        let json: JSON = [
            "text": "a", "whole": 7, "part": 0.5, "flag": true, "list": [1, "two", nil], "nothing": nil,
        ]
        #expect(json["text"]?.string == "a" && json["whole"]?.int == 7 && json["part"]?.double == 0.5)
        #expect(json["flag"]?.bool == true && json["nothing"]?.isNull == true)
        #expect(json["list"]?[1]?.string == "two" && json["list"]?[3] == nil && json["list"]?.array?.count == 3)
        #expect(json["none"]?["deeper"] == nil && json["text"]?["a"] == nil && json["text"]?[0] == nil)
        #expect(json.object?.count == 6)
        #expect(try JSON(parsing: json.bytes) == json)
        #expect(throws: NovaClientError.self) { try JSON(parsing: Array("{".utf8)) }
    }

    @Test func `JSON is made of and read as types of the user's own`() throws {
        struct Step: Codable, Equatable {
            var id: String
            var duration: Double
        }
        let step = Step(id: "a", duration: 1.5)
        let json = try JSON(encoding: step)
        #expect(json == ["id": "a", "duration": 1.5])
        #expect(try json.decode(Step.self) == step)
        #expect(throws: DecodingError.self) { try JSON([:]).decode(Step.self) }
    }

    @Test func `Addresses`() throws {
        let address = try GatewayAddress("http://host:8003/")
        #expect(
            address.url("/api/jobs", query: [("a", "x y&z"), ("b", nil)]) == "http://host:8003/api/jobs?a=x%20y%26z"
        )
        #expect(address.url("/api/jobs?a=1", query: [("b", "2")]) == "http://host:8003/api/jobs?a=1&b=2")
        #expect(address.webSocketURL == "ws://host:8003/api/ws")
        #expect(try GatewayAddress("https://host/nova").webSocketURL == "wss://host/nova/api/ws")
        #expect(NovaClient.pathSegment("a/b?ü~") == "a%2Fb%3F%C3%BC~")
    }

    @Test(arguments: ["", "host", "host:8003", "ftp://host", "http://", "http://host?x=1"])
    func `What is no address`(text: String) {
        #expect(throws: NovaClientError.self) { try NovaClient(url: text, apiKey: "k") }
    }

    @Test func `The standard headers, and those that replace them`() {
        let options = NovaClient.RequestOptions(
            idempotencyKey: #"a"b"#,
            preference: .wait(.milliseconds(1_500)),
            ifMatch: "\"7\"",
            jobDeadline: .seconds(60),
            headers: [("X-Request-ID", "r")]
        )
        let fields = options.fields.map { "\($0.name): \($0.value)" }
        #expect(
            fields == [
                #"Idempotency-Key: "a\"b""#, "Prefer: wait=2", #"If-Match: "7""#, "Job-Deadline: 60", "X-Request-ID: r",
            ]
        )
        #expect(NovaClient.Body.json([:]).contentType(.patch) == "application/merge-patch+json")
        #expect(NovaClient.Body.json([:]).contentType(.put) == "application/json")
    }

    @Test func `A refusal is read whole`() {
        let body = """
            {"status":400,"error":{"code":"VALIDATION_ERROR","message":"no","request_id":"r",
            "details":[{"pointer":"/a/0","message":"must be good"}]}}
            """
        let error = NovaClientError.refusal(status: 400, retryAfter: "3", body: body.utf8)
        #expect(
            error.problem
                == NovaProblem(
                    status: 400,
                    code: .validationError,
                    message: "no",
                    details: [.init(pointer: "/a/0", message: "must be good")],
                    requestID: "r",
                    retryAfter: .seconds(3)
                )
        )
        #expect("\(error)" == "VALIDATION_ERROR: no\n  /a/0: must be good")
    }

    @Test(arguments: ["<html>", "{}", #"{"error":"x"}"#, #"{"error":{}}"#])
    func `A proxy's answer is not taken for Nova's`(body: String) {
        let error = NovaClientError.refusal(status: 502, retryAfter: "soon", body: body.utf8)
        guard case .invalidAnswer(502, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `Messages of the server`() throws {
        let event = #"{"type":"event","id":"5-7","channel":"jobs","event":"job.completed","data":{"job_id":"j"}}"#
        guard case .told(.event(let read)) = try ServerMessage(parsing: event) else {
            Issue.record("not read as an event")
            return
        }
        #expect(read.id == "5-7" && read.channel == "jobs" && read.name == "job.completed" && read.jobID == "j")
        #expect(
            try ServerMessage(parsing: #"{"type":"subscribed","channels":["jobs"],"last_id":"1-2"}"#)
                == .subscribed(lastID: "1-2")
        )
        #expect(
            try ServerMessage(parsing: #"{"type":"gap","after":"1-2","next":"3-4"}"#)
                == .told(.gap(after: "1-2", next: "3-4"))
        )
        #expect(try ServerMessage(parsing: #"{"type":"gap","after":"1-2"}"#) == .told(.gap(after: "1-2", next: nil)))
        let error = #"{"type":"error","error":{"code":"SERVICE_UNAVAILABLE","message":"m","retry_after":2}}"#
        guard case .error(let problem) = try ServerMessage(parsing: error) else {
            Issue.record("not read as an error")
            return
        }
        #expect(problem.code == .serviceUnavailable && problem.retryAfter == .seconds(2) && problem.status == nil)
        #expect(try ServerMessage(parsing: #"{"type":"pong"}"#) == .other)
        #expect(throws: NovaClientError.self) { try ServerMessage(parsing: "{") }
    }

    @Test func `A gateway is asked after its silence, and left after its deadline, while somebody reads`() {
        var liveness = EventSession.Liveness()
        let start = ContinuousClock.now
        func check(_ seconds: Int) -> EventSession.Liveness.Step {
            liveness.check(.seconds(20), .seconds(10), at: start + .seconds(seconds))
        }
        #expect(check(100) == .wait)
        liveness.beginReading(at: start)
        #expect(check(20) == .wait)
        #expect(check(21) == .ask)
        #expect(check(31) == .wait)
        #expect(check(32) == .giveUp)
        liveness.beginReading(at: start + .seconds(40))
        #expect(check(50) == .wait)
        liveness.endReading()
        #expect(check(100) == .wait)
    }

    /// What a reader copies from the article compiles, since it is in the examples.
    @Test func `The code of the article is that of the examples`() throws {
        func lines(_ text: String) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let root = Binaries.packageRoot
        let article = try String(
            contentsOf: root.appending(path: "Sources/NovaClient/NovaClient.docc/GettingStarted.md"),
            encoding: .utf8
        )
        let examples = try ["OptimizeAndListen", "AgentWorker"].map { name in
            let path = "examples/\(name)/\(name).swift"
            return lines(try String(contentsOf: root.appending(path: path), encoding: .utf8)).joined(separator: "\n")
        }
        let blocks = article.components(separatedBy: "```swift\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
        #expect(blocks.count >= 5)
        for block in blocks {
            let code = lines(block).joined(separator: "\n")
            #expect(examples.contains { $0.contains(code) }, "not in an example: \(block)")
        }
    }
}
