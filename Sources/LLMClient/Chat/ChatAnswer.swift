/// What a model answered, whole.
package struct ChatAnswer: Sendable, Equatable {
    package var content: String
    /// What the model thought aloud, in `reasoning_content` or `<think>…</think>`, which is no part of the answer.
    package var reasoning: String
    /// Why it does not answer; empty: it does.
    package var refusal: String
    package var toolCalls: [ToolCall]
    /// `stop`, `length`, `tool_calls` or `content_filter`, whatever the server calls them, or a word of its own; nil where
    /// it said nothing.
    package var finish: String?
    /// Of prompt and answer; nil where the server did not say.
    package var tokens: Int?

    package init(
        content: String = "",
        reasoning: String = "",
        refusal: String = "",
        toolCalls: [ToolCall] = [],
        finish: String? = nil,
        tokens: Int? = nil
    ) {
        self.content = content
        self.reasoning = reasoning
        self.refusal = refusal
        self.toolCalls = toolCalls
        self.finish = finish
        self.tokens = tokens
    }
}
