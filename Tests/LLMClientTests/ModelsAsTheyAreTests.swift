import NovaContract
import ScriptedModel
import Synchronization
import Testing

@testable import LLMClient

/// What servers that call themselves compatible really send, over HTTP.
@Suite(.timeLimit(.minutes(1))) struct ModelsAsTheyAreTests {
    private static let question = ChatRequest(
        model: "m",
        messages: [ChatMessage(.system, "Be brief."), ChatMessage(.user, "Hello?")]
    )

    /// With all that servers are known to refuse.
    private static var full: ChatRequest {
        var question = question
        question.schema = ["type": "object"]
        question.temperature = 0.5
        question.maximumTokens = 100
        question.seed = 1
        return question
    }

    private static func with<Result: Sendable>(
        _ script: @escaping ScriptedModel.Script,
        _ body: (LLMClient, ScriptedModel) async throws -> Result
    ) async throws -> Result {
        try await ScriptedModel.run(script) { model in
            let configuration = LLMConfiguration(
                baseURL: model.baseURL,
                idleTimeout: .seconds(20),
                attempts: 1
            )
            let client = LLMClient(configuration)
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

    private static func ask(_ client: LLMClient, _ question: ChatRequest = question) async throws -> ChatAnswer {
        try await client.answer(question, deadline: .now + .seconds(30))
    }

    private static func answer(to reply: ModelReply) async throws -> ChatAnswer {
        try await with({ _ in reply }) { client, _ in try await ask(client) }
    }

    private static func delta(_ delta: JSONValue, finish: JSONValue = .null) -> JSONValue {
        ["choices": [["index": 0, "delta": delta, "finish_reason": finish]]]
    }

    private static let end = delta([:], finish: "stop")

    // MARK: - Members that are refused

    private static func refusal(_ status: Int, _ message: String) -> ModelReply {
        .status(status, body: ["error": ["message": .string(message)]])
    }

    /// Each with a request that a server takes, whether it says what it refuses or not.
    @Test(arguments: [400, 422], [true, false]) func whatIsRefusedIsLeftOut(status: Int, isNamed: Bool) async throws {
        let cases: [(name: String, message: String, isTaken: @Sendable (JSONValue) -> Bool)] = [
            ("stream_options", "unknown field stream_options", { $0["stream_options"] == nil }),
            (
                "max_tokens",
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                { $0["max_tokens"] == nil && $0["max_completion_tokens"] == 100 }
            ),
            ("temperature", "temperature does not support 0.5", { $0["temperature"] == nil }),
            ("seed", "Extra inputs are not permitted: seed", { $0["seed"] == nil }),
            ("response_format", "response_format is not known", { $0["response_format"] == nil }),
            (
                "system", "System role not supported",
                { $0["messages"]?.arrayValue?.contains { $0["role"] == "system" } == false }
            ),
            ("stream", "this model cannot stream", { $0["stream"] == false }),
        ]
        for (name, message, isTaken) in cases {
            let script: ScriptedModel.Script = { request in
                isTaken(request.body)
                    ? request.body["stream"] == true ? .text(["ok"]) : .whole("ok")
                    : Self.refusal(status, isNamed ? message : "bad request")
            }
            try await Self.with(script) { client, model in
                #expect(try await Self.ask(client, Self.full).content == "ok", "\(name)")
                let first = model.requests.count
                if isNamed { #expect(first == 2, "\(name)") }
                #expect(first <= 9, "\(name)")
                // What made the difference is remembered: in the end nothing is refused any more.
                for _ in 0..<8 { _ = try await Self.ask(client, Self.full) }
                let before = model.requests.count
                #expect(try await Self.ask(client, Self.full).content == "ok")
                #expect(model.requests.count == before + 1, "\(name)")
                // What others need not give up is kept.
                #expect(isNamed ? model.requests.last?.body["model"] == "m" : true)
            }
        }
    }

    @Test func whatOneModelDoesNotTakeAnotherMay() async throws {
        let script: ScriptedModel.Script = {
            $0.body["model"] == "m" && $0.body["seed"] != nil ? Self.refusal(400, "no seed") : .text(["ok"])
        }
        try await Self.with(script) { client, model in
            _ = try await Self.ask(client, Self.full)
            var other = Self.full
            other.model = "n"
            _ = try await Self.ask(client, other)
            #expect(model.requests.map { $0.body["seed"] } == [1, nil, 1])
        }
    }

    @Test func theLimitIsLeftOutWhereNoNameOfItIsTaken() async throws {
        let script: ScriptedModel.Script = { request in
            let name = ["max_tokens", "max_completion_tokens"].first { request.body[$0] != nil }
            return name.map { Self.refusal(422, "\($0) is not known") } ?? .text(["ok"])
        }
        try await Self.with(script) { client, model in
            let answer = try await Self.ask(client, Self.full)
            #expect(answer.content == "ok")
            #expect(model.requests.count == 3)
        }
    }

    @Test func aSystemRoleBecomesTheDevelopersOrTheUsers() async throws {
        for (message, role, text) in [
            ("'system' role is not supported, use 'developer'", "developer", "Be brief."),
            ("System role not supported", "user", "Be brief.\n\nHello?"),
        ] {
            let script: ScriptedModel.Script = {
                $0.messages.first?["role"] == "system" ? Self.refusal(400, message) : .text(["ok"])
            }
            try await Self.with(script) { client, model in
                _ = try await Self.ask(client)
                #expect(model.requests.last?.messages.first == ["role": .string(role), "content": .string(text)])
            }
        }
    }

    @Test func whatNoOtherFormHelpsWithIsAskedOnce() async throws {
        for message in ["This model's maximum context length is 4096 tokens", "The model `m` does not exist"] {
            try await Self.with({ _ in Self.refusal(400, message) }) { client, model in
                await #expect(throws: LLMError.refused(status: 400, message)) { try await Self.ask(client, Self.full) }
                #expect(model.requests.count == 1)
            }
        }
    }

    /// What sounds like the end of it names a member that can be left out.
    @Test func whatIsNamedIsLeftOutWhateverElseIsSaid() async throws {
        let long =
            "'max_tokens' or 'max_completion_tokens' is too large: 2048. This model's maximum context length is 2048 tokens"
        let cases: [(message: String, isTaken: @Sendable (JSONValue) -> Bool)] = [
            (long, { $0["max_tokens"] == nil && $0["max_completion_tokens"] == nil }),
            ("parameter stream_options does not exist", { $0["stream_options"] == nil }),
        ]
        for (message, isTaken) in cases {
            let script: ScriptedModel.Script = { isTaken($0.body) ? .text(["ok"]) : Self.refusal(400, message) }
            try await Self.with(script) { client, model in
                let answer = try await Self.ask(client, Self.full)
                #expect(answer.content == "ok" && model.requests.count == 2)
            }
        }
    }

    /// A value that is refused is that request's: others keep theirs.
    @Test(arguments: [
        ("temperature", "temperature must be in 0…1"), ("seed", "seed must be less than 1"),
        ("max_tokens", "max_tokens is too large: 100, at most 64 are given"),
    ])
    func aValueOutOfItsRangeIsLeftOutOnce(member: String, message: String) async throws {
        let script: ScriptedModel.Script = { request in
            let isWrong = request.body[member].flatMap(\.doubleValue).map { $0 >= 0.5 } ?? false
            return isWrong ? Self.refusal(400, message) : .text(["ok"])
        }
        try await Self.with(script) { client, model in
            for _ in 0..<2 { #expect(try await Self.ask(client, Self.full).content == "ok") }
            // It was tried again the second time.
            #expect(model.requests.map { $0.body[member] != nil } == [true, false, true, false])
            var other = Self.question
            other.temperature = 0.1
            other.seed = 0
            other.maximumTokens = 0
            _ = try await Self.ask(client, other)
            #expect(model.requests.last?.body[member] != nil)
        }
    }

    @Test func aRequestThatIsRefusedInEveryFormHasAnEnd() async throws {
        try await Self.with({ _ in Self.refusal(400, "no") }) { client, model in
            await #expect(throws: LLMError.refused(status: 400, "no")) { try await Self.ask(client, Self.full) }
            #expect(model.requests.count <= 11)
        }
    }

    // MARK: - Streams

    @Test func aServerThatAnswersWholeIsUnderstoodWhateverItsTypeSays() async throws {
        let body: JSONValue = ["choices": [["message": ["content": "Hi"], "finish_reason": "stop"]]]
        for type in ["application/json", "text/event-stream", "text/plain"] {
            let answer = try await Self.answer(to: .bytes([Array("\u{FEFF} ".utf8) + body.jsonBytes], type: type))
            #expect(answer == ChatAnswer(content: "Hi", finish: "stop"), "\(type)")
        }
        let stream = "data: \(Self.delta(["content": "Hi"]).jsonString)\n\ndata: [DONE]\n\n"
        #expect(try await Self.answer(to: .bytes([Array(stream.utf8)], type: "application/json")).content == "Hi")
    }

    @Test func streamsAreWrittenInManyWays() async throws {
        let (a, b) = (Self.delta(["content": "a"]).jsonString, Self.delta(["content": "b"], finish: "stop").jsonString)
        for (name, text) in [
            ("without blanks", "data:\(a)\n\ndata:\(b)\n\ndata:[DONE]\n\n"),
            ("carriage returns", "data: \(a)\r\n\r\ndata: \(b)\r\n\r\ndata: [DONE]\r\n\r\n"),
            ("comments", ": keep\n\ndata: \(a)\n\n: keep\n\ndata: \n\ndata: \(b)\n\ndata: [DONE]\n\n"),
            ("a mark", "\u{FEFF}data: \(a)\n\ndata: \(b)\n\ndata: [DONE]\n\n"),
            ("no [DONE]", "data: \(a)\n\ndata: \(b)\n\n"), ("no end of the last", "data: \(a)\n\ndata: \(b)"),
            ("one line end", "data: \(a)\ndata: \(b)\ndata: [DONE]\n\n"),
            ("other fields", "id: 1\nevent: message\nretry: 3\ndata: \(a)\n\ndata: \(b)\n\n"),
        ] {
            #expect(try await Self.answer(to: .raw(text)).content == "ab", "\(name)")
        }
    }

    @Test func usageMayBeMissingOrMakeNoSense() async throws {
        for (usage, tokens) in [
            (.null, nil), (["total_tokens": .null], nil), (["total_tokens": 0], nil), ("much", nil),
            (["prompt_tokens": 3, "completion_tokens": 4], 7), (["total_tokens": 9], 9),
            (["prompt_tokens": .integer(.max), "completion_tokens": 1], nil), (["total_tokens": -3], nil),
        ] as [(JSONValue, Int?)] {
            var last = Self.end.objectValue ?? [:]
            last["usage"] = usage
            let reply = ModelReply.events([Self.delta(["content": "a"]), .object(last)])
            #expect(try await Self.answer(to: reply).tokens == tokens, "\(usage.jsonString)")
        }
    }

    @Test func endsHaveManyNames() async throws {
        for (said, finish) in [
            ("eos", "stop"), ("end_turn", "stop"), ("STOP", "stop"), ("max_tokens", "length"),
            ("MAX_TOKENS", "length"), ("SAFETY", "content_filter"), ("function_call", "tool_calls"), ("odd", "odd"),
        ] {
            let reply = ModelReply.events([Self.delta(["content": "a"], finish: .string(said))])
            #expect(try await Self.answer(to: reply).finish == finish)
        }
        // An end that is empty is none.
        let open = ModelReply.events([Self.delta(["content": "a"], finish: "")], isDone: false)
        await #expect(throws: LLMError.self) { try await Self.answer(to: open) }
    }

    @Test func faultsInsideAStreamAreTold() async throws {
        for (text, error) in [
            (#"data: {"error":{"message":"boom"}}"#, LLMError.server(status: 200, "boom")),
            (#"data: {"error":"boom"}"#, .server(status: 200, "boom")),
            (#"data: {"error":{"message":"boom","code":429}}"#, .limited("boom", retryAfter: nil)),
            (#"data: {"error":{"message":"boom","code":404}}"#, .refused(status: 404, "boom")),
            (#"data: {"object":"error","message":"boom","code":500}"#, .server(status: 200, "boom")),
            ("event: error\n" + #"data: {"message":"boom"}"#, .server(status: 200, "boom")),
            (#"error: {"code":500,"message":"boom"}"#, .server(status: 200, "boom")),
        ] {
            await #expect(throws: error, "\(text)") { try await Self.answer(to: .raw(text + "\n\n")) }
        }
        await #expect(throws: LLMError.server(status: 200, "boom")) {
            try await Self.answer(to: .bytes([Array(#"{"error":{"message":"boom"}}"#.utf8)], type: "application/json"))
        }
    }

    @Test func onlyTheFirstChoiceCounts() async throws {
        let chunk: JSONValue = [
            "choices": [
                ["index": 1, "delta": ["content": "no"], "finish_reason": "stop"],
                ["index": 0, "delta": ["content": "yes"], "finish_reason": .null],
            ]
        ]
        let other: JSONValue = ["choices": [["index": 1, "delta": ["content": "no"], "finish_reason": "length"]]]
        #expect(try await Self.answer(to: .events([chunk, other, Self.end])).content == "yes")
    }

    /// Tokens end inside characters: in the bytes of UTF-8, between surrogates, and the network cuts anywhere.
    @Test func charactersMayBeCutBetweenEvents() async throws {
        let smile = Array("🙂".utf8)
        for cut in 1..<smile.count {
            let pieces = [Array(smile[..<cut]), Array(smile[cut...])]
            let events = pieces.map {
                Array(#"data: {"choices":[{"delta":{"content":"a"#.utf8) + $0 + Array("\"}}]}\n\n".utf8)
            }
            var bytes = events.flatMap(\.self) + Array("data: [DONE]\n\n".utf8)
            // The second piece begins with the rest of the character, not with a letter.
            let start = events[0].count + events[1].count - pieces[1].count - Array("\"}}]}\n\n".utf8).count - 1
            bytes.remove(at: start)
            for size in [1, 7, bytes.count] {
                let parts = stride(from: 0, to: bytes.count, by: size).map {
                    Array(bytes[$0..<min($0 + size, bytes.count)])
                }
                #expect(try await Self.answer(to: .bytes(parts)).content == "a🙂", "cut at \(cut), pieces of \(size)")
            }
        }
        let halves = [#""\ud83d""#, #""\ude42!""#].map { "data: {\"choices\":[{\"delta\":{\"content\":\($0)}}]}\n\n" }
        #expect(try await Self.answer(to: .raw(halves.joined() + "data: [DONE]\n\n")).content == "🙂!")
        // What is never made whole is told as what it is.
        let lone = halves[0] + "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n"
        #expect(try await Self.answer(to: .raw(lone)).content == "\u{FFFD}x")
    }

    @Test func contentMayBeAListOfParts() async throws {
        let parts: JSONValue = [
            ["type": "thinking", "thinking": [["type": "text", "text": "hm"]]], ["type": "text", "text": "Hel"], "lo",
            ["type": "output_text", "text": ["value": "!"]], ["type": "image_url", "image_url": [:]],
        ]
        let streamed = try await Self.answer(to: .events([Self.delta(["content": parts]), Self.end]))
        #expect(streamed.content == "Hello!")
        #expect(streamed.reasoning == "hm")
        let body: JSONValue = ["choices": [["message": ["content": parts], "finish_reason": "stop"]]]
        #expect(try await Self.answer(to: .bytes([body.jsonBytes], type: "application/json")).content == "Hello!")
    }

    @Test func aRefusalIsNoAnswer() async throws {
        let reply = ModelReply.events([Self.delta(["refusal": "I ca"]), Self.delta(["refusal": "n't."]), Self.end])
        let answer = try await Self.answer(to: reply)
        #expect(answer.refusal == "I can't.")
        #expect(answer.content.isEmpty)
    }

    // MARK: - Thoughts

    private static func heard(_ pieces: [String]) async throws -> (ChatAnswer, [LLMClient.Part]) {
        try await with({ _ in .text(pieces) }) { client, _ in
            let heard = Mutex<[LLMClient.Part]>([])
            let answer = try await client.answer(question, deadline: .now + .seconds(30)) { part in
                heard.withLock { $0.append(part) }
            }
            return (answer, heard.withLock { $0 })
        }
    }

    @Test func thoughtsAreNoPartOfTheAnswer() async throws {
        for (pieces, content, thought) in [
            (["<think>hm</think>Four."], "Four.", "hm\n"),
            (["\n<thi", "nk>h", "m</th", "ink>\n\nFo", "ur."], "Four.", "hm\n"),
            (["<think>never closed"], "", "never closed"), (["Four", "<thi", "s>"], "Four<this>", ""),
            (["Say `<think>` aloud."], "Say `<think>` aloud.", ""),
            ([#"{"a": "<think>x</think>"}"#], #"{"a": "<think>x</think>"}"#, ""),
            (["Four.\n<think>or five?</think>"], "Four.\n<think>or five?</think>", ""), (["  a"], "  a", ""),
            (["a <"], "a <", ""), (["the <think> tag does it"], "the <think> tag does it", ""),
            (["A <thi", "nk> and a </think> enclose it."], "A <think> and a </think> enclose it.", ""),
            (["<think>hm</think>the <think> tag"], "the <think> tag", "hm\n"),
            (["<think>a</think>\n<think>b</think>\nc"], "c", "a\nb\n"),
        ] {
            let (answer, heard) = try await Self.heard(pieces)
            #expect(answer.content == content, "\(pieces)")
            #expect(answer.reasoning == thought, "\(pieces)")
            #expect(Self.told(heard) == content, "\(pieces)")
        }
        let reply = ModelReply.events([
            Self.delta(["reasoning_content": "h", "content": .null]), Self.delta(["reasoning": "m"]),
            Self.delta(["content": "Four."]), Self.end,
        ])
        let answer = try await Self.answer(to: reply)
        #expect(answer == ChatAnswer(content: "Four.", reasoning: "hm", finish: "stop"))
    }

    /// The first tag was in the question: what was told until the second is void.
    @Test func aThoughtThatWasTakenForAnAnswerIsTakenBack() async throws {
        let (answer, heard) = try await Self.heard(["two and ", "two</thi", "nk>\nFour."])
        #expect(answer.content == "Four.")
        #expect(answer.reasoning == "two and two")
        #expect(heard == [.began, .text("two and "), .text("two"), .began, .text("Four.")])
    }

    /// What listeners know of the answer in the end.
    private static func told(_ parts: [LLMClient.Part]) -> String {
        parts.reduce(into: "") { text, part in
            if case .text(let piece) = part { text += piece } else { text = "" }
        }
    }

    // MARK: - Calls

    private static func call(_ members: JSONValue) -> JSONValue { delta(["tool_calls": [members]]) }

    private static func calls(_ chunks: [JSONValue]) async throws -> [ToolCall] {
        try await answer(to: .events(chunks + [delta([:], finish: "tool_calls")])).toolCalls
    }

    private static let two = [
        ToolCall(id: "x", name: "add", arguments: #"{"a":1}"#), ToolCall(id: "y", name: "add", arguments: #"{"a":2}"#),
    ]

    @Test func parallelCallsAreToldApart() async throws {
        func function(_ arguments: JSONValue, _ name: String? = "add") -> JSONValue {
            name.map { ["name": .string($0), "arguments": arguments] } ?? ["arguments": arguments]
        }
        let whole = [function(#"{"a":1}"#), function(#"{"a":2}"#)]
        let variants: [(String, [JSONValue])] = [
            (
                "all with index 0, by id",
                [
                    Self.call(["index": 0, "id": "x", "function": whole[0]]),
                    Self.call(["index": 0, "id": "y", "function": whole[1]]),
                ]
            ),
            (
                "no index, by id",
                [Self.call(["id": "x", "function": whole[0]]), Self.call(["id": "y", "function": whole[1]])]
            ),
            (
                "no index, in one event",
                [Self.delta(["tool_calls": [["id": "x", "function": whole[0]], ["id": "y", "function": whole[1]]]])]
            ),
            (
                "in pieces, no index, by id",
                [
                    Self.call(["id": "x", "function": function("")]),
                    Self.call(["id": "x", "function": function(#"{"a""#, nil)]),
                    Self.call(["id": "x", "function": function(":1}", nil)]),
                    Self.call(["id": "y", "function": function(#"{"a":2}"#)]),
                ]
            ),
            (
                "indexes from 1",
                [
                    Self.call(["index": 1, "id": "x", "function": function(#"{"a""#)]),
                    Self.call(["index": 2, "id": "y", "function": function(#"{"a":2"#)]),
                    Self.call(["index": 1, "function": function(":1}", nil)]),
                    Self.call(["index": 2, "function": function("}", nil)]),
                ]
            ),
            (
                "a name in each piece",
                [
                    Self.call(["index": 0, "id": "x", "function": function("")]),
                    Self.call(["index": 0, "function": function(#"{"a""#)]),
                    Self.call(["index": 0, "function": function(":1}")]),
                    Self.call(["index": 0, "function": function("")]),
                    Self.call(["index": 1, "id": "y", "function": function(#"{"a":2}"#)]),
                ]
            ),
            (
                "another id in each piece",
                [
                    Self.call(["index": 0, "id": "x", "function": function(#"{"a""#)]),
                    Self.call(["index": 0, "id": "x2", "function": function(":1}", nil)]),
                    Self.call(["index": 1, "id": "y", "function": whole[1]]),
                ]
            ),
            (
                "arguments that are an object",
                [
                    Self.call(["index": 0, "id": "x", "function": function(["a": 1])]),
                    Self.call(["index": 1, "id": "y", "function": function(["a": 2])]),
                ]
            ),
        ]
        for (name, chunks) in variants { #expect(try await Self.calls(chunks) == Self.two, "\(name)") }
        // Without any id they get one each.
        let nameless = [Self.call(["index": 0, "function": whole[0]]), Self.call(["index": 0, "function": whole[1]])]
        let calls = try await Self.calls(nameless)
        #expect(calls.map(\.arguments) == Self.two.map(\.arguments))
        #expect(Set(calls.map(\.id)).count == 2)
        // One id for two.
        let same = try await Self.calls([
            Self.call(["index": 0, "id": "x", "function": whole[0]]),
            Self.call(["index": 1, "id": "x", "function": whole[1]]),
        ])
        #expect(same.map(\.arguments) == Self.two.map(\.arguments))
        #expect(Set(same.map(\.id)).count == 2)
    }

    @Test func indexesThatCannotBeCostNothing() async throws {
        let chunks = [Int.max, Int.min, -1].map { index in
            Self.call([
                "index": JSONValue(index), "id": .string("\(index)"), "function": ["name": "add", "arguments": "{}"],
            ])
        }
        #expect(try await Self.calls(chunks).count == 3)
    }

    // MARK: - Lists

    @Test func aServerWithoutAListIsThere() async throws {
        try await Self.with({ _ in .text(["ok"]) }) { client, model in
            for reply: ModelReply in [
                .status(404), .status(405), .status(401), .status(500), .status(501), .status(403), .status(302),
                .bytes([Array("<html>Hello</html>".utf8)], type: "text/html"), .bytes([], type: "text/plain"),
            ] {
                model.list(reply)
                let models = try await client.models()
                #expect(models == [], "\(reply)")
            }
            model.list(.bytes([Array(#"{"models":[{"name":"a"}]}"#.utf8)], type: "application/json"))
            let models = try await client.models()
            #expect(models == ["a"])
            for status in [502, 503, 504] {
                model.list(.status(status))
                await #expect(throws: LLMError.self) { try await client.models() }
            }
        }
    }
}
