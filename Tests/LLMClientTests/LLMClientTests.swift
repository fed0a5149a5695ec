import AsyncPrimitives
import NovaContract
import ScriptedModel
import Synchronization
import Testing

@testable import LLMClient

/// The client against a scripted server, over HTTP.
@Suite(.timeLimit(.minutes(1))) struct LLMClientTests {
    private static let question = ChatRequest(model: "m", messages: [ChatMessage(.user, "Hello?")])

    private static var soon: ContinuousClock.Instant { .now + .seconds(30) }

    private static func configuration(_ model: ScriptedModel) -> LLMConfiguration {
        LLMConfiguration(
            baseURL: model.baseURL,
            apiKey: "secret",
            idleTimeout: .seconds(20),
            attempts: 3,
            backoff: ExponentialBackoff(first: .milliseconds(1), maximum: .milliseconds(5))
        )
    }

    private static func with<Result: Sendable>(
        _ script: @escaping ScriptedModel.Script,
        change: (inout LLMConfiguration) -> Void = { _ in },
        pace: @escaping @Sendable (String) async throws -> Duration = { _ in .zero },
        _ body: (LLMClient, ScriptedModel) async throws -> Result
    ) async throws -> Result {
        try await ScriptedModel.run(script) { model in
            var configuration = configuration(model)
            change(&configuration)
            let client = LLMClient(configuration, pace: pace)
            do {
                let result = try await body(client, model)
                try await client.close()
                return result
            } catch {
                try await client.close()
                throw error
            }
        }
    }

    @Test func anAnswerComesInPieces() async throws {
        try await Self.with { _ in
            .text(["Hel", "lo", " 🙂"], tokens: 7)
        } _: { client, model in
            let heard = Mutex<[LLMClient.Part]>([])
            let answer = try await client.answer(Self.question, deadline: Self.soon) { part in
                heard.withLock { $0.append(part) }
            }
            #expect(answer == ChatAnswer(content: "Hello 🙂", finish: "stop", tokens: 7))
            #expect(heard.withLock { $0 } == [.began, .text("Hel"), .text("lo"), .text(" 🙂")])
            let request = try #require(model.requests.first)
            #expect(request.authorization == "Bearer secret")
            #expect(request.body["model"] == "m")
            #expect(request.body["stream"] == true)
            #expect(request.messages == [["role": "user", "content": "Hello?"]])
        }
    }

    @Test func aServerThatDoesNotStreamIsUnderstood() async throws {
        try await Self.with { _ in
            .whole("Hi", tokens: nil)
        } _: { client, _ in
            let answer = try await client.answer(Self.question, deadline: Self.soon)
            #expect(answer == ChatAnswer(content: "Hi", finish: "stop", tokens: nil))
        }
    }

    @Test func callsOfToolsArePutTogether() async throws {
        let calls = [(name: "add", arguments: #"{"a":1,"b":2}"#), (name: "now", arguments: "{}")]
        try await Self.with { _ in
            .calls(calls)
        } _: { client, _ in
            let answer = try await client.answer(Self.question, deadline: Self.soon)
            #expect(
                answer.toolCalls == [
                    ToolCall(id: "id-0", name: "add", arguments: #"{"a":1,"b":2}"#),
                    ToolCall(id: "id-1", name: "now", arguments: "{}"),
                ]
            )
        }
    }

    @Test(arguments: [
        ModelReply.status(500), .status(503), .status(429), .raw("data: {\"choices\":[{\"delta\":"),
        .raw("data: nonsense\n\n"),
    ])
    func whatMayPassIsTriedAgain(first: ModelReply) async throws {
        try await Self.with {
            $0.number == 1 ? first : .text(["ok"])
        } _: { client, model in
            let answer = try await client.answer(Self.question, deadline: Self.soon)
            #expect(answer.content == "ok")
            #expect(model.requests.count == 2)
        }
    }

    @Test func retryAfterIsHeeded() async throws {
        try await Self.with {
            $0.number == 1 ? .status(429, headers: [("Retry-After", "1")]) : .text(["ok"])
        } _: { client, _ in
            let began = ContinuousClock.now
            _ = try await client.answer(Self.question, deadline: Self.soon)
            #expect(ContinuousClock.now - began >= .seconds(1))
        }
    }

    @Test func aWaitBeyondTheDeadlineIsNotBegun() async throws {
        try await Self.with { _ in
            .status(429, headers: [("Retry-After", "3600")])
        } _: { client, model in
            let error = await #expect(throws: LLMError.self) {
                try await client.answer(Self.question, deadline: Self.soon)
            }
            #expect(error == .limited("scripted", retryAfter: .seconds(3_600)))
            #expect(model.requests.count == 1)
        }
    }

    @Test func whatIsRefusedIsNotTriedAgain() async throws {
        try await Self.with { _ in
            .status(404, body: ["error": "no such model"])
        } _: { client, model in
            let error = await #expect(throws: LLMError.self) {
                try await client.answer(Self.question, deadline: Self.soon)
            }
            #expect(error == .refused(status: 404, "no such model"))
            #expect(error?.mayPass == false)
            #expect(model.requests.count == 1)
        }
    }

    @Test func attemptsAreBounded() async throws {
        try await Self.with { _ in
            .status(500)
        } _: { client, model in
            await #expect(throws: LLMError.server(status: 500, "scripted")) {
                try await client.answer(Self.question, deadline: Self.soon)
            }
            #expect(model.requests.count == 3)
        }
    }

    @Test func silenceIsGivenUpOn() async throws {
        try await Self.with { _ in
            .silence(after: ["a"])
        } change: {
            $0.idleTimeout = .milliseconds(100)
            $0.attempts = 1
        } _: { client, _ in
            let error = await #expect(throws: LLMError.self) {
                try await client.answer(Self.question, deadline: Self.soon)
            }
            guard case .timedOut? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    /// Whose time is over says nothing of the server.
    @Test func theDeadlineEndsAnAnswerAndNotTheServersTrust() async throws {
        try await Self.with({ _ in .silence() }, change: { $0.breakerFailures = 1 }) { client, _ in
            await #expect(throws: LLMError.overdue("the time for the answer is over")) {
                try await client.answer(Self.question, deadline: .now + .milliseconds(100))
            }
            #expect(client.isAdmitting)
        }
    }

    @Test func aServerThatIsGoneIsUnreachable() async throws {
        let client = LLMClient(LLMConfiguration(baseURL: "http://127.0.0.1:1/v1", attempts: 1))
        let error = await #expect(throws: LLMError.self) {
            try await client.answer(Self.question, deadline: Self.soon)
        }
        guard case .unreachable? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        try await client.close()
    }

    @Test func aBrokenServerIsLeftAlone() async throws {
        try await Self.with { _ in
            .status(500)
        } change: {
            $0.breakerFailures = 3
            $0.breakerPause = .seconds(60)
        } _: { client, model in
            #expect(client.isAdmitting)
            await #expect(throws: LLMError.self) { try await client.answer(Self.question, deadline: Self.soon) }
            #expect(!client.isAdmitting)
            let error = await #expect(throws: LLMError.self) {
                try await client.answer(Self.question, deadline: Self.soon)
            }
            guard case .open? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(model.requests.count == 3)
        }
    }

    @Test func aServerThatDoesNotKnowSchemasIsAskedWithout() async throws {
        let script: ScriptedModel.Script = { $0.body["response_format"] == nil ? .text(["{}"]) : .status(400) }
        try await Self.with(script) { client, model in
            var question = Self.question
            question.schema = ["type": "object"]
            for _ in 0..<2 {
                let answer = try await client.answer(question, deadline: Self.soon)
                #expect(answer.content == "{}")
            }
            // The second question knows it.
            #expect(model.requests.count == 3)
        }
    }

    @Test func theRateIsKept() async throws {
        let asked = Mutex(0)
        let pace: @Sendable (String) async throws -> Duration = { model in
            #expect(model == "m")
            return asked.withLock {
                $0 += 1
                return $0 == 1 ? .milliseconds(50) : .zero
            }
        }
        try await Self.with({ _ in .text(["ok"]) }, pace: pace) { client, _ in
            let began = ContinuousClock.now
            _ = try await client.answer(Self.question, deadline: Self.soon)
            #expect(ContinuousClock.now - began >= .milliseconds(50))
            #expect(asked.withLock { $0 } == 2)
        }
    }

    @Test func modelsAreListed() async throws {
        try await Self.with { _ in
            .status(500)
        } _: { client, _ in
            let models = try await client.models()
            #expect(models == ["scripted"])
        }
    }
}
