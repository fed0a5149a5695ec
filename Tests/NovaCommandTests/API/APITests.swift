import ChildProcesses
import NovaContract
import Testing

@testable import NovaClient
@testable import NovaCommand

struct APITests {
    @Test(arguments: ["", "host", "host:8003", "ftp://host", "http://", "http://host?x=1"])
    func `What is no address`(text: String) async {
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
        let body = error.problem(instance: "/", requestID: "r").jsonBytes
        let failure = CommandFailure(.refusal(status: status, retryAfter: nil, body: body), url: "http://h")
        #expect(failure.kind == kind)
        #expect(failure.message == "VALIDATION_ERROR: no\n  /a/b: must be\u{FFFD} good")
        #expect(CommandFailure(.refusal(status: status, retryAfter: nil, body: [0]), url: "http://h").kind == kind)
    }

    @Test func `What a socket is told becomes an exit code too`() {
        func kind(_ error: NovaClientError) -> CommandFailure.Kind { CommandFailure(error, url: "http://h").kind }
        #expect(kind(.disconnected(code: 1008, reason: "the key is good no more")) == .refused)
        #expect(kind(.disconnected(code: 1006, reason: "")) == .unavailable)
        let codes = [(ErrorCode.authenticationError, CommandFailure.Kind.refused), (.validationError, .failed)]
        for (code, expected) in codes {
            let problem = NovaProblem(error: JSON(NovaError(code, "no").json))
            #expect(problem.map { kind(.refused($0)) } == expected)
        }
    }

    @Test func `An event is one line, whatever is in it`() {
        let event = NovaEvent(json: [
            "id": "5-7", "channel": "jobs", "event": "job.progress",
            "data": [
                "timestamp": "2026-01-01T00:00:00.000Z", "type": "flow.optimize", "subject": "a\nb", "job_id": "j",
                "progress": ["fraction": 0.5, "message": "half"],
            ],
        ])
        #expect(
            EventLine(event).text
                == "2026-01-01T00:00:00.000Z  job.progress   flow.optimize a\u{FFFD}b  job=j  50 %  half  id=5-7"
        )
    }
}
