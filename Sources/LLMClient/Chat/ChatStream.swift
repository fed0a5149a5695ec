import NovaContract

/// Puts an answer together from the chunks of a stream, or from one whole body.
struct ChatStream {
    private(set) var answer = ChatAnswer()
    /// The server said that nothing follows.
    private(set) var isDone = false

    /// Takes the data of one event; returns the text that is new.
    mutating func take(_ data: [UInt8]) throws(LLMError) -> String {
        guard !data.elementsEqual("[DONE]".utf8) else {
            isDone = true
            return ""
        }
        let chunk = try Self.read(data)
        if let fault = chunk["error"], fault != .null { throw .server(status: 200, Self.message(fault)) }
        takeUsage(chunk)
        // The last chunk may hold the usage alone.
        guard let choice = chunk["choices"]?.arrayValue?.first else { return "" }
        takeFinish(choice)
        let delta = choice["delta"] ?? [:]
        for (index, call) in (delta["tool_calls"]?.arrayValue ?? []).enumerated() {
            takeCall(call, at: call["index"]?.intValue ?? index)
        }
        let text = delta["content"]?.stringValue ?? ""
        answer.content += text
        return text
    }

    /// Takes a body that is not a stream.
    mutating func take(whole body: [UInt8]) throws(LLMError) -> String {
        let json = try Self.read(body)
        guard let choice = json["choices"]?.arrayValue?.first, let message = choice["message"] else {
            throw .malformed("the answer has no choices[0].message: \(Self.excerpt(body))")
        }
        takeUsage(json)
        takeFinish(choice)
        for (index, call) in (message["tool_calls"]?.arrayValue ?? []).enumerated() { takeCall(call, at: index) }
        answer.content = message["content"]?.stringValue ?? ""
        isDone = true
        return answer.content
    }

    /// The whole answer.
    ///
    /// - Throws: `malformed` where the stream ended before the answer did.
    func finish() throws(LLMError) -> ChatAnswer {
        guard isDone || answer.finish != nil else { throw .malformed("the stream ended before the answer did") }
        return answer
    }

    // MARK: - Parts

    private mutating func takeUsage(_ json: JSONValue) {
        if let usage = json["usage"], let tokens = usage["total_tokens"]?.intValue { answer.tokens = tokens }
    }

    private mutating func takeFinish(_ choice: JSONValue) {
        if let finish = choice["finish_reason"]?.stringValue { answer.finish = finish }
    }

    private static let maximumCalls = 64

    /// Name and arguments come in pieces.
    private mutating func takeCall(_ call: JSONValue, at index: Int) {
        guard (0..<Self.maximumCalls).contains(index) else { return }
        while answer.toolCalls.count <= index {
            answer.toolCalls.append(ToolCall(id: "call_\(answer.toolCalls.count)", name: "", arguments: ""))
        }
        if let id = call["id"]?.stringValue, !id.isEmpty { answer.toolCalls[index].id = id }
        answer.toolCalls[index].name += call["function"]?["name"]?.stringValue ?? ""
        answer.toolCalls[index].arguments += call["function"]?["arguments"]?.stringValue ?? ""
    }

    private static func read(_ bytes: [UInt8]) throws(LLMError) -> JSONValue {
        do throws(JSONReadError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw .malformed("the answer is not JSON (\(error)): \(excerpt(bytes))")
        }
    }

    static func excerpt(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(200), as: UTF8.self) }

    /// What servers say of a fault: `{"error": {"message"}}`, `{"error": "…"}`, or anything.
    static func message(_ error: JSONValue) -> String {
        let text = error["message"]?.stringValue ?? error.stringValue ?? error.jsonString
        return String(text.prefix(500))
    }

    /// What the body of a refusal says.
    static func reason(_ body: [UInt8]) -> String {
        do throws(JSONReadError) {
            let json = try JSONValue(parsing: body)
            return message(json["error"] ?? json)
        } catch {
            // A page of a proxy, for example.
            return excerpt(body)
        }
    }
}
