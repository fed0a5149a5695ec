package import NovaContract

/// What a ``ScriptedModel`` does with one request.
package enum ModelReply: Sendable {
    /// Streams these pieces of text, then says that it has ended.
    case text([String], tokens: Int? = 10, finish: String = "stop")
    /// Streams calls of tools; the arguments of each in two pieces.
    case calls([(name: String, arguments: String)], tokens: Int? = 10)
    /// One body, no stream.
    case whole(String, tokens: Int? = 10)
    case status(Int, headers: [(String, String)] = [], body: JSONValue = ["error": ["message": "scripted"]])
    /// A stream of these bytes, then the end of the body.
    case raw(String)
    /// Streams these chunks as events, and `[DONE]` where that is said.
    case events([JSONValue], isDone: Bool = true)
    /// A body of these bytes, a piece each, that says to be of this type.
    case bytes([[UInt8]], type: String = "text/event-stream")
    /// Streams these pieces, then falls silent and keeps the connection.
    case silence(after: [String] = [])
}

/// One request that a ``ScriptedModel`` was sent.
package struct ModelRequest: Sendable {
    /// 1 for the first.
    package let number: Int
    package let authorization: String?
    package let body: JSONValue

    package var messages: [JSONValue] { body["messages"]?.arrayValue ?? [] }
    /// Of the last message.
    package var lastText: String { messages.last?["content"]?.stringValue ?? "" }
    package var system: String { messages.first?["content"]?.stringValue ?? "" }
}
