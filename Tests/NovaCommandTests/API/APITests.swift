import ChildProcesses
import NovaContract
import Testing

@testable import NovaCommand

struct APITests {
    @Test func `Addresses`() throws {
        let address = try #require(APIAddress("http://host:8003/"))
        #expect(
            address.url("/api/jobs", query: [("a", "x y&z"), ("b", nil)]) == "http://host:8003/api/jobs?a=x%20y%26z"
        )
        #expect(address.url("/api/jobs") == "http://host:8003/api/jobs")
        #expect(address.webSocketURL == "ws://host:8003/api/ws")
        #expect(APIAddress("https://host/nova")?.webSocketURL == "wss://host/nova/api/ws")
        #expect(APIAddress.escaped("a/b?ü~") == "a%2Fb%3F%C3%BC~")
    }

    @Test(arguments: ["", "host", "host:8003", "ftp://host", "http://", "http://host?x=1"])
    func `What is no address`(text: String) async {
        #expect(APIAddress(text) == nil)
        let run = await CommandRun.nova("jobs", "list", "--key", "k", "--url", text)
        #expect(run.code == 64)
        #expect(run.errors.contains("http://HOST:PORT"))
    }

    @Test func `Without a key nothing is asked`() async {
        let run = await CommandRun.nova("jobs", "list")
        #expect(run.code == 64)
        #expect(run.errors.contains("NOVA_API_KEY"))
    }

    @Test func `A gateway that does not answer is told with what to do`() async throws {
        let url = "http://127.0.0.1:\(try FreePort.find())"
        for command in [["jobs", "list"], ["jobs", "show", "x"], ["jobs", "cancel", "x"], ["tail"]] {
            let run = await CommandRun.nova(command, environment: ["NOVA_URL": url, "NOVA_API_KEY": "secret-key"])
            #expect(run.code == 69, "\(command)")
            #expect(run.errors.contains(url) && run.errors.contains("nova dev"))
            #expect(!run.errors.contains("secret-key"))
        }
    }

    @Test(arguments: [
        (401, CommandFailure.Kind.refused), (403, .refused), (404, .failed), (409, .failed), (429, .unavailable),
        (503, .unavailable),
    ])
    func `The gateway's refusal becomes an exit code`(status: Int, kind: CommandFailure.Kind) {
        let error = NovaError(.validationError, "no", details: [.init("/a/b", "must be\u{1B} good")])
        let failure = APIFailure.refused(status: status, body: error.problem(instance: "/", requestID: "r"))
        #expect(failure.kind == kind)
        #expect(failure.message == "VALIDATION_ERROR: no\n  /a/b: must be\u{FFFD} good")
        #expect(APIFailure.refused(status: status, body: .null).kind == kind)
    }

    @Test func `Messages of the server`() throws {
        let id = try #require(EventID("5-7"))
        let event = Event(id: id, name: "job.completed", domain: "d", channels: ["jobs"], data: #"{"job_id":"j"}"#)
        guard case .event(let read) = try ServerMessage(parsing: event.frame(channel: "jobs")) else {
            Issue.record("not read as an event")
            return
        }
        #expect(read.id == "5-7")
        #expect(read.name == "job.completed")
        #expect(read.jobID == "j")
        #expect(
            try ServerMessage(parsing: #"{"type":"subscribed","channels":["jobs"],"last_id":"1-2"}"#)
                == .subscribed(lastID: "1-2")
        )
        #expect(
            try ServerMessage(parsing: #"{"type":"gap","after":"1-2","next":"3-4"}"#) == .gap(after: "1-2", next: "3-4")
        )
        #expect(try ServerMessage(parsing: #"{"type":"gap","after":"1-2"}"#) == .gap(after: "1-2", next: nil))
        #expect(
            try ServerMessage(parsing: #"{"type":"error","error":{"code":"C","message":"m"}}"#)
                == .error(code: "C", message: "m")
        )
        #expect(try ServerMessage(parsing: #"{"type":"pong"}"#) == .other("pong"))
        #expect(throws: JSONReadError.self) { try ServerMessage(parsing: "{") }
    }

    @Test func `An event is one line, whatever is in it`() {
        let event = ServerEvent(
            id: "5-7",
            channel: "jobs",
            name: "job.progress",
            data: [
                "timestamp": "2026-01-01T00:00:00.000Z", "type": "flow.optimize", "subject": "a\nb", "job_id": "j",
                "progress": ["fraction": 0.5, "message": "half"],
            ],
            text: ""
        )
        #expect(
            EventLine(event).text
                == "2026-01-01T00:00:00.000Z  job.progress   flow.optimize a\u{FFFD}b  job=j  50 %  half  id=5-7"
        )
    }
}
