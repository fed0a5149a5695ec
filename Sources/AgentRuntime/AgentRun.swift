import AsyncPrimitives
package import LLMClient
package import NovaContract

/// One task done by a model, from the first question to the result.
package struct AgentRun: Sendable {
    /// What came of it.
    package struct Ending: Sendable, Equatable {
        package enum Disposition: Sendable, Equatable {
            case done(JSONValue)
            /// `retry`: another try may end otherwise.
            case failed(code: String, message: String, retry: Bool)
            /// The server is left alone for now: the task is to be done later.
            case handedBack
        }

        package let disposition: Disposition
        package let tokens: Int

        package init(disposition: Disposition, tokens: Int) {
            self.disposition = disposition
            self.tokens = tokens
        }
    }

    package let client: LLMClient
    /// Carries out one call and returns what the model is told of it; throws `CancellationError` only.
    package let tool: @Sendable (ToolCall) async throws -> String
    /// Hears the answers while they come.
    package let hear: @Sendable (LLMClient.Part) -> Void
    /// Told `true` before tools are waited for, and `false` before the model is asked again, which may have to wait.
    package let rest: @Sendable (Bool) async throws -> Void

    package init(
        client: LLMClient,
        tool: @escaping @Sendable (ToolCall) async throws -> String,
        hear: @escaping @Sendable (LLMClient.Part) -> Void,
        rest: @escaping @Sendable (Bool) async throws -> Void = { _ in }
    ) {
        self.client = client
        self.tool = tool
        self.hear = hear
        self.rest = rest
    }

    /// - Throws: `CancellationError` only.
    package func run(_ conversation: Conversation) async throws -> Ending {
        var conversation = conversation
        let deadline = ContinuousClock.now + .milliseconds(Int64(conversation.profile.budget.seconds * 1_000))
        var step = conversation.ask()
        while true {
            switch step {
            case .ask(let request):
                do {
                    step = conversation.take(try await client.answer(request, deadline: deadline, hear: hear))
                } catch let error as LLMError {
                    return Ending(disposition: Self.disposition(error), tokens: conversation.tokens)
                } catch let error as CancellationError {
                    throw error
                } catch {
                    let disposition = Ending.Disposition.failed(
                        code: "LLM_UNAVAILABLE",
                        message: "\(error)",
                        retry: true
                    )
                    return Ending(disposition: disposition, tokens: conversation.tokens)
                }
            case .call(let calls):
                try await rest(true)
                guard let results = try await results(of: calls, until: deadline) else {
                    let message =
                        "the tools took longer than the \(conversation.profile.budget.seconds) s of the budget"
                    return Ending(
                        disposition: .failed(code: "TIME_BUDGET", message: message, retry: false),
                        tokens: conversation.tokens
                    )
                }
                try await rest(false)
                step = conversation.take(results: results)
            case .done(let result):
                return Ending(disposition: .done(result), tokens: conversation.tokens)
            case .failed(let failure):
                // Another answer may fit; another budget there is not.
                let disposition = Ending.Disposition.failed(
                    code: failure.reason.rawValue,
                    message: failure.message,
                    retry: failure.reason == .output
                )
                return Ending(disposition: disposition, tokens: conversation.tokens)
            }
        }
    }

    private static func disposition(_ error: LLMError) -> Ending.Disposition {
        switch error {
        case .open: .handedBack
        case .overdue: .failed(code: "TIME_BUDGET", message: error.description, retry: false)
        default: .failed(code: "LLM_UNAVAILABLE", message: error.description, retry: error.mayPass)
        }
    }

    /// All at once; nil where the time was over first.
    private func results(
        of calls: [ToolCall],
        until deadline: ContinuousClock.Instant
    ) async throws -> [(call: ToolCall, text: String)]? {
        do {
            return try await withDeadline(until: deadline) {
                try await withThrowingTaskGroup(of: (Int, String).self) { group in
                    for (index, call) in calls.enumerated() { group.addTask { (index, try await tool(call)) } }
                    var texts = [String](repeating: "", count: calls.count)
                    for try await (index, text) in group { texts[index] = text }
                    return zip(calls, texts).map { ($0, $1) }
                }
            }
        } catch is DeadlineExceeded {
            return nil
        }
    }
}
