import LLMClient
import NovaContract
import Testing
import WorkPool

@testable import AgentRuntime

/// What a model is asked, and what becomes of its answers.
@Suite struct ConversationTests {
    private static func profile(_ members: JSONObject = [:]) throws -> ModelProfile {
        let body: JSONValue = .object(members.merging(["kind": "model"]) { own, _ in own })
        return try #require(try AgentDefinition(agentID: "ada", body: body).profile)
    }

    private static func conversation(
        _ members: JSONObject = [:],
        _ parameters: JSONValue = ["instruction": "Do it."]
    ) throws -> Conversation {
        let profile = try profile(members)
        let prompt = AgentPrompt(agentID: "ada", profile: profile, type: "t", parameters: parameters)
        return Conversation(prompt, profile: profile, model: "m")
    }

    private static func text(_ text: String, tokens: Int? = 5, finish: String = "stop") -> ChatAnswer {
        ChatAnswer(content: text, finish: finish, tokens: tokens)
    }

    private static func asked(_ step: Conversation.Step) -> ChatRequest? {
        if case .ask(let request) = step { return request }
        return nil
    }

    private static let schema: JSONValue = [
        "type": "object", "properties": ["price": ["type": "number", "minimum": 0]], "required": ["price"],
    ]

    @Test func anyTextIsAResult() throws {
        var talk = try Self.conversation()
        let request = try #require(Self.asked(talk.ask()))
        #expect(request.model == "m")
        #expect(request.messages.map(\.role) == [.system, .user])
        #expect(request.schema == nil)
        #expect(talk.take(Self.text("  Done.\n")) == .done("Done."))
        #expect(talk.tokens == 5)
    }

    @Test func aPersonaIsSaid() throws {
        let profile = try Self.profile([
            "persona": [
                "age": 28, "name": "Lisa", "occupation": ["title": "Data Scientist"], "likes": ["tea", "maps"],
            ],
            "goals": ["be brief"], "instructions": "Never guess.",
        ])
        let parameters: JSONValue = ["instruction": "Judge.", "input": ["answers": ["a", "b"]], "schema": Self.schema]
        let prompt = AgentPrompt(agentID: "lisa", profile: profile, type: "t", parameters: parameters)
        let system = prompt.messages[0].content
        let told = ["You are Lisa.", "- age: 28", "- title: Data Scientist", "- tea", "- be brief", "Never guess."]
        for text in told { #expect(system.contains(text)) }
        let user = prompt.messages[1].content
        for text in ["Judge.", "- answers:", "- b", #""price""#] { #expect(user.contains(text)) }
        #expect(prompt.schema?.json == Self.schema)
    }

    @Test func aTaskWithoutInstructionIsSaidByItsTypeAndParameters() throws {
        let prompt = AgentPrompt(
            agentID: "ada",
            profile: try Self.profile(["output": Self.schema]),
            type: "review",
            parameters: ["file": "a.swift"]
        )
        #expect(prompt.messages[1].content.contains("\"review\""))
        #expect(prompt.messages[1].content.contains("- file: a.swift"))
        #expect(prompt.schema?.json == Self.schema)
    }

    @Test(arguments: [
        #"{"price": 3}"#, "```json\n{\"price\": 3}\n```", "Here you are: {\"price\": 3}. Anything else?",
        "<think>maybe {4}</think>\n{\"price\": 3}", "```{\"price\": 3}```",
    ])
    func jsonIsFoundInWhatIsSaidAroundIt(text: String) throws {
        var talk = try Self.conversation([:], ["instruction": "Bid.", "schema": Self.schema])
        #expect(Self.asked(talk.ask())?.schema == Self.schema)
        #expect(talk.take(Self.text(text)) == .done(["price": 3]))
    }

    /// Read leniently, before it is paid for again.
    @Test(arguments: [
        #"{"price": 3,}"#, "{'price': 3}", "{price: 3}", "{\"price\": 3 // dollars\n}", "/* a bid */ {\"price\": 3}",
        "```json\n{\"price\": 3,}\n```", "I say [sic]: {'price': 3,} # done",
        "My bid follows {as asked}: {\"price\": 3}. See [1].", "```\n{'price': 3}\n```\nIs that {\"ok\": true}?",
    ])
    func jsonThatIsNearlyRightIsRead(text: String) throws {
        var talk = try Self.conversation([:], ["instruction": "Bid.", "schema": Self.schema])
        _ = talk.ask()
        #expect(talk.take(Self.text(text)) == .done(["price": 3]))
        #expect(talk.turns == 1)
    }

    /// Nothing is guessed at: what is not closed, or is no value, is to be mended.
    @Test(arguments: [
        #"{"price": 3"#, "{price 3}", "{\"price\": three}", "{'price: 3}", "{\"price\": 3 /* }", "{\"price\": 03}",
        "[[[[{", String(repeating: "[", count: 100_000), String(repeating: "{'a':", count: 50_000),
    ])
    func whatIsNoJSONIsNotGuessedAt(text: String) throws {
        var talk = try Self.conversation([:], ["instruction": "Bid.", "schema": Self.schema])
        _ = talk.ask()
        let began = ContinuousClock.now
        #expect(Self.asked(talk.take(Self.text(text))) != nil)
        #expect(ContinuousClock.now - began < .seconds(2))
    }

    @Test func textsInEitherQuotesAreReadAsTheyAre() throws {
        let written = #"{'a': 'it\'s "so"', "b": "x\'y", 'c': 'a\u00e9\\', d: None, e: True, "f": "1\#n2"}"#
        let value = try AnswerText.whole(written)
        let right: JSONValue = [
            "a": #"it's "so""#, "b": "x'y", "c": "aé\\", "d": .null, "e": true, "f": "1\n2",
        ]
        #expect(value == right)
    }

    /// A result is wrapped in others: it is no deeper than what clients send.
    @Test func anAnswerThatIsTooDeepIsNone() throws {
        let deep = String(repeating: "[", count: 150) + String(repeating: "]", count: 150)
        var talk = try Self.conversation([:], ["instruction": "Go.", "schema": ["type": "array"]])
        _ = talk.ask()
        #expect(Self.asked(talk.take(Self.text(deep))) != nil)
    }

    @Test(arguments: ["", "  \n"]) func noEmptyMessageIsSent(text: String) throws {
        var talk = try Self.conversation([:], ["instruction": "Bid.", "schema": Self.schema])
        _ = talk.ask()
        let again = try #require(Self.asked(talk.take(Self.text(text))))
        for message in again.messages { #expect(message.content.contains { !$0.isWhitespace }) }
        // Roles alternate, as many templates ask for.
        #expect(again.messages.map(\.role) == [.system, .user, .assistant, .user])
        var blank = try Self.conversation([:], ["instruction": " ", "a": 1])
        let asked = try #require(Self.asked(blank.ask()))
        #expect(asked.messages[1].content.contains("a: 1"))
    }

    @Test func aRefusalIsTheEnd() throws {
        var talk = try Self.conversation()
        _ = talk.ask()
        guard case .failed(let failure) = talk.take(ChatAnswer(refusal: "I can't.", finish: "stop")) else {
            Issue.record("not failed")
            return
        }
        #expect(failure == .init(reason: .refused, message: "the model refuses: I can't."))
    }

    @Test func aThoughtIsNoResult() throws {
        var talk = try Self.conversation()
        _ = talk.ask()
        #expect(talk.take(ChatAnswer(content: "Four.", reasoning: "hm", finish: "stop")) == .done("Four."))
    }

    /// What looks like a wrapping may be a part of the answer.
    @Test func jsonThatHoldsCodeIsLeftAsItIs() throws {
        let code = "```swift\nlet a = 1\n```"
        let answer = JSONValue.object(["price": 3, "code": .string(code)])
        for text in [answer.jsonString, "```json\n\(answer.jsonString)\n```"] {
            var talk = try Self.conversation([:], ["instruction": "Bid.", "schema": Self.schema])
            _ = talk.ask()
            #expect(talk.take(Self.text(text)) == .done(answer))
        }
    }

    @Test func aSchemaThatCannotBeCheckedIsSaid() throws {
        let parameters: JSONValue = ["instruction": "Bid.", "schema": ["type": "string", "pattern": "a+"]]
        let prompt = AgentPrompt(agentID: "a", profile: try Self.profile(), type: "t", parameters: parameters)
        #expect(prompt.fault?.hasPrefix("/schema/pattern") == true)
        let long: JSONValue = ["schema": ["description": .string(String(repeating: "x", count: 65_536))]]
        let bounded = AgentPrompt(agentID: "a", profile: try Self.profile(), type: "t", parameters: long)
        #expect(bounded.fault?.contains("at most 65536 bytes") == true)
    }

    @Test func tokensThatCannotBeAreNotCounted() throws {
        var talk = try Self.conversation()
        for tokens in [-5, Int.max] {
            _ = talk.ask()
            _ = talk.take(Self.text("", tokens: tokens))
        }
        #expect(talk.isEstimated && (0...1_000).contains(talk.tokens))
    }

    @Test(arguments: ["no idea", #"{"price": -1}"#, #"{"cost": 1}"#, "[1]", ""])
    func whatDoesNotFitIsToBeMended(text: String) throws {
        var talk = try Self.conversation(["budget": ["repairs": 1]], ["instruction": "Bid.", "schema": Self.schema])
        _ = talk.ask()
        let again = try #require(Self.asked(talk.take(Self.text(text))))
        #expect(again.messages.count == 4)
        #expect(again.messages.last?.content.contains("cannot be used") == true)
        #expect(talk.take(Self.text(#"{"price": 1}"#)) == .done(["price": 1]))

        // As often as allowed.
        var stubborn = try Self.conversation(
            ["budget": ["repairs": 1]],
            ["instruction": "Bid.", "schema": Self.schema]
        )
        _ = stubborn.ask()
        _ = stubborn.take(Self.text(text))
        guard case .failed(let failure) = stubborn.take(Self.text(text)) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.reason == .output)
    }

    @Test func whatIsCutOffIsNoResult() throws {
        var talk = try Self.conversation()
        _ = talk.ask()
        #expect(Self.asked(talk.take(Self.text("half", finish: "length"))) != nil)
    }

    @Test func aFilteredAnswerIsTheEnd() throws {
        var talk = try Self.conversation()
        _ = talk.ask()
        guard case .failed(let failure) = talk.take(Self.text("", finish: "content_filter")) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.reason == .filtered)
    }

    // MARK: - Budgets

    @Test func tokensAreBounded() throws {
        var talk = try Self.conversation(["budget": ["tokens": 100], "model": ["max_tokens": 80]])
        #expect(Self.asked(talk.ask())?.maximumTokens == 80)
        #expect(Self.asked(talk.take(Self.text("", tokens: 60)))?.maximumTokens == 40)
        guard case .failed(let failure) = talk.take(Self.text("", tokens: 40)) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.reason == .tokens)
        #expect(talk.tokens == 100)
        // A model may not be able to say as much as the budget allows.
        var unbound = try Self.conversation(["budget": ["tokens": 100_000]])
        #expect(Self.asked(unbound.ask()) != nil)
        #expect(Self.asked(unbound.take(Self.text("", tokens: 1)))?.maximumTokens == nil)
        #expect(Self.asked(unbound.take(Self.text("", tokens: 99_000)))?.maximumTokens == 999)
    }

    @Test func whatTheServerDoesNotCountIsEstimated() throws {
        var talk = try Self.conversation()
        _ = talk.ask()
        _ = talk.take(Self.text(String(repeating: "x", count: 400), tokens: nil))
        #expect(talk.isEstimated)
        #expect(talk.tokens > 100)
    }

    @Test func turnsAreBounded() throws {
        let tool: JSONValue = ["name": "look", "description": "", "parameters": ["type": "object"]]
        var talk = try Self.conversation(["tools": [tool], "budget": ["turns": 2]])
        _ = talk.ask()
        let call = ToolCall(id: "1", name: "look", arguments: "")
        let answer = ChatAnswer(toolCalls: [call], finish: "tool_calls", tokens: 1)
        #expect(talk.take(answer) == .call([call]))
        #expect(Self.asked(talk.take(results: [(call, "seen")])) != nil)
        #expect(talk.take(answer) == .call([call]))
        guard case .failed(let failure) = talk.take(results: [(call, "seen")]) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.reason == .turns)
    }

    // MARK: - Tools

    @Test func argumentsAreReadAsModelsWriteThem() throws {
        for (text, value) in [
            ("", [:]), ("  ", [:]), ("null", [:]), (#""""#, [:]), (#"{"a":1}"#, ["a": 1]),
            (#""{\"a\":1}""#, ["a": 1]), (#""\"{\\\"a\\\":1}\"""#, ["a": 1]), ("{'a': 1,}", ["a": 1]),
        ] as [(String, JSONValue)] {
            let call = ToolCall(id: "1", name: "add", arguments: text)
            #expect(try Conversation.arguments(call) == value, "\(text)")
        }
    }

    /// Servers that read them would refuse the conversation for good.
    @Test func callsAreRememberedAsJSON() throws {
        let tool: JSONValue = ["name": "look", "parameters": ["type": "object"]]
        var talk = try Self.conversation(["tools": [tool]])
        _ = talk.ask()
        let calls = ["{'a': 1,}", "{", "null"].enumerated().map {
            ToolCall(id: "\($0)", name: $0 == 1 ? "" : "look", arguments: $1)
        }
        guard case .call(let open) = talk.take(ChatAnswer(toolCalls: calls, tokens: 1)) else {
            Issue.record("not called")
            return
        }
        let next = try #require(Self.asked(talk.take(results: open.map { ($0, "seen") })))
        let told = next.messages.first { $0.role == .assistant }?.toolCalls
        #expect(told?.map(\.arguments) == [#"{"a":1}"#, "{}", "{}"])
        #expect(told?.contains { $0.name.isEmpty } == false)
    }

    @Test func whatIsAskedWronglyOfToolsIsSaidAtOnce() throws {
        let tool: JSONValue = [
            "name": "add", "description": "Adds.",
            "parameters": ["type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"]],
        ]
        var talk = try Self.conversation(["tools": [tool]])
        let first = try #require(Self.asked(talk.ask()))
        #expect(first.tools.map(\.name) == ["add"])
        let good = ToolCall(id: "1", name: "add", arguments: #"{"a": 1}"#)
        let calls = [
            good, ToolCall(id: "2", name: "add", arguments: #"{"a": "x"}"#),
            ToolCall(id: "3", name: "add", arguments: "{"), ToolCall(id: "4", name: "divide", arguments: "{}"),
        ]
        #expect(talk.take(ChatAnswer(toolCalls: calls, tokens: 1)) == .call([good]))
        let next = try #require(Self.asked(talk.take(results: [(good, "2")])))
        let answers = next.messages.filter { $0.role == .tool }
        #expect(Set(answers.compactMap(\.toolCallID)) == ["1", "2", "3", "4"])
        let faulty = answers.filter { $0.content.hasPrefix("error:") }
        #expect(faulty.count == 3)
        #expect(answers.contains { $0.toolCallID == "1" && $0.content == "2" })
        // Where all were wrong, it is asked again at once.
        #expect(Self.asked(talk.take(ChatAnswer(toolCalls: [calls[3]], tokens: 1))) != nil)
    }
}
