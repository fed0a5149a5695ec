/// What a model answered, whole.
package struct ChatAnswer: Sendable, Equatable {
    package var content: String
    package var toolCalls: [ToolCall]
    /// `stop`, `length`, `tool_calls`, `content_filter`, as the server said; nil where it did not.
    package var finish: String?
    /// Of prompt and answer; nil where the server did not say.
    package var tokens: Int?

    package init(content: String = "", toolCalls: [ToolCall] = [], finish: String? = nil, tokens: Int? = nil) {
        self.content = content
        self.toolCalls = toolCalls
        self.finish = finish
        self.tokens = tokens
    }
}
