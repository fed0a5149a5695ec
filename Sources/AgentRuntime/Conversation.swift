package import LLMClient
package import NovaContract

/// One task in the hands of a model: what it is asked next, what it may still use, and when it is done.
///
/// Plain state without I/O: each call returns what is to be done before the next one.
package struct Conversation: Sendable {
    package enum Step: Sendable, Equatable {
        case ask(ChatRequest)
        /// Each is to be answered, in any order, by `take(results:)`.
        case call([ToolCall])
        case done(JSONValue)
        case failed(Failure)
    }

    package struct Failure: Error, Sendable, Equatable {
        package enum Reason: String, Sendable {
            case tokens = "TOKEN_BUDGET"
            case turns = "TURN_BUDGET"
            case output = "INVALID_OUTPUT"
            case filtered = "FILTERED"
            case refused = "REFUSED"
        }

        package let reason: Reason
        package let message: String
    }

    package let profile: ModelProfile
    private let schema: JSONSchema?
    private var request: ChatRequest
    /// Used so far, as the server counts; where it does not, a quarter of the bytes.
    package private(set) var tokens = 0
    package private(set) var isEstimated = false
    package private(set) var turns = 0
    private var repairs = 0
    private var results: [(call: ToolCall, text: String)] = []

    package init(_ prompt: AgentPrompt, profile: ModelProfile, model: String) {
        self.profile = profile
        schema = prompt.schema
        request = ChatRequest(
            model: model,
            messages: prompt.messages,
            tools: profile.tools.map {
                .init(name: $0.name, description: $0.description, parameters: $0.parameters.json)
            },
            // With tools, most servers would hold the calls to the schema too.
            schema: profile.tools.isEmpty ? prompt.schema?.json : nil
        )
        request.temperature = profile.temperature
        request.seed = profile.seed
    }

    /// Of one turn; a server that tells more does not count.
    private static let mostTokens = 1_000_000_000
    /// Tokens that every model can answer with.
    private static let safeMaximum = 2_048

    // MARK: - Steps

    /// The next question, or the end of the budget.
    package mutating func ask() -> Step {
        let budget = profile.budget
        guard tokens < budget.tokens else {
            return .failed(.init(reason: .tokens, message: "\(tokens) of \(budget.tokens) tokens are used"))
        }
        guard turns < budget.turns else {
            return .failed(.init(reason: .turns, message: "all \(budget.turns) turns are used"))
        }
        turns += 1
        let left = budget.tokens - tokens
        // Servers refuse a maximum that is above what their model can do; only one that is surely below is said unasked.
        let wanted = profile.maximumTokens ?? (left <= Self.safeMaximum ? left : nil)
        request.maximumTokens = wanted.map { min($0, left) }
        return .ask(request)
    }

    package mutating func take(_ answer: ChatAnswer) -> Step {
        count(answer)
        guard answer.toolCalls.isEmpty else { return take(calls: answer) }
        switch read(answer) {
        case .success(let result): return .done(result)
        case .failure(let failure):
            guard failure.reason == .output, repairs < profile.budget.repairs else { return .failed(failure) }
            repairs += 1
            // Servers refuse a message without a text, and templates two of one role in a row.
            let said = answer.content.trimmingBlanks.isEmpty ? "(no answer)" : answer.content
            request.messages.append(ChatMessage(.assistant, said))
            request.messages.append(
                ChatMessage(.user, "This cannot be used: \(failure.message). Answer again, with the whole answer.")
            )
            return ask()
        }
    }

    private mutating func count(_ answer: ChatAnswer) {
        if let told = answer.tokens, (0...Self.mostTokens).contains(told) {
            tokens += told
            return
        }
        isEstimated = true
        // Texts that are in memory: their bytes are far from the greatest number.
        let said = request.messages.reduce(0) { $0 + $1.content.utf8.count }
        let called = answer.toolCalls.reduce(0) { $0 + $1.arguments.utf8.count }
        tokens += (said + answer.content.utf8.count + answer.reasoning.utf8.count + called + 3) / 4
    }

    // MARK: - Answers

    private func read(_ answer: ChatAnswer) -> Result<JSONValue, Failure> {
        if answer.finish == "content_filter" {
            return .failure(.init(reason: .filtered, message: "the server's content filter held the answer back"))
        }
        let refusal = answer.refusal.trimmingBlanks
        if !refusal.isEmpty {
            return .failure(.init(reason: .refused, message: "the model refuses: \(refusal.prefix(1_000))"))
        }
        if answer.finish == "length" {
            return .failure(.init(reason: .output, message: "it was cut off at the limit of tokens; be shorter"))
        }
        let text = answer.content.trimmingBlanks
        guard let schema else {
            return text.isEmpty ? .failure(.init(reason: .output, message: "it is empty")) : .success(.string(text))
        }
        do throws(JSONReadError) {
            var faults: [String] = []
            for value in try AnswerText.values(of: text) {
                let found = schema.faults(of: value)
                if found.isEmpty { return .success(value) }
                if faults.isEmpty { faults = found }
            }
            return .failure(.init(reason: .output, message: faults.joined(separator: "; ")))
        } catch {
            return .failure(.init(reason: .output, message: "it is not JSON (\(error))"))
        }
    }

    // MARK: - Tools

    private mutating func take(calls answer: ChatAnswer) -> Step {
        request.messages.append(
            ChatMessage(.assistant, answer.content.trimmingBlanks, toolCalls: answer.toolCalls.map(Self.told))
        )
        results = []
        var open: [ToolCall] = []
        for call in answer.toolCalls {
            if let fault = fault(of: call) {
                results.append((call, "error: \(fault)"))
            } else {
                open.append(call)
            }
        }
        return open.isEmpty ? take(results: []) : .call(open)
    }

    private func fault(of call: ToolCall) -> String? {
        guard let tool = profile.tools.first(where: { $0.name == call.name }) else {
            return "there is no tool \"\(call.name)\""
        }
        do throws(JSONReadError) {
            let faults = tool.parameters.faults(of: try Self.arguments(call))
            return faults.isEmpty ? nil : "the arguments do not fit: " + faults.joined(separator: "; ")
        } catch {
            return "the arguments are not JSON (\(error))"
        }
    }

    /// A call as the server is reminded of it: many read the arguments, and fail where they are no JSON.
    private static func told(_ call: ToolCall) -> ToolCall {
        var told = call
        do throws(JSONReadError) {
            told.arguments = try arguments(call).jsonString
        } catch {
            // The tool's answer says what was wrong with them.
            told.arguments = "{}"
        }
        if call.name.isEmpty { told.name = "unknown" }
        return told
    }

    /// The arguments of a call; none at all, or `null`, are an empty object.
    ///
    /// What is encoded twice is read twice.
    package static func arguments(_ call: ToolCall) throws(JSONReadError) -> JSONValue {
        var text = call.arguments
        for _ in 0..<3 {
            if text.trimmingBlanks.isEmpty { return [:] }
            let value = try AnswerText.whole(text)
            guard case .string(let inner) = value else { return value == .null ? [:] : value }
            text = inner
        }
        return .string(text)
    }

    /// What became of the calls that `call` named.
    package mutating func take(results given: [(call: ToolCall, text: String)]) -> Step {
        for (call, text) in results + given {
            request.messages.append(ChatMessage(.tool, text, toolCallID: call.id))
        }
        results = []
        return ask()
    }
}
