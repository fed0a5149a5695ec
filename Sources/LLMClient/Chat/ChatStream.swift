import NovaContract

/// Puts an answer together from the chunks of a stream, or from one whole body.
///
/// Takes what servers that call themselves compatible really send, as `docs/agents.md` lists it. Only choice 0 counts.
struct ChatStream {
    private var content = JoinedText()
    private var reasoning = JoinedText()
    private var refusal = JoinedText()
    private var thoughts = ThoughtFilter()
    private var calls = CallAssembly()
    private(set) var answer = ChatAnswer()
    /// The server said that nothing follows.
    private(set) var isDone = false

    /// Raised when the text so far turned out to be no part of the answer: what was heard of it is void.
    var restarts: Int { thoughts.restarts }

    /// Takes the data of one event; returns the text that is new.
    mutating func take(_ data: [UInt8]) throws(LLMError) -> String {
        let line = Self.trimmed(data)
        guard !line.elementsEqual("[DONE]".utf8) else {
            isDone = true
            return ""
        }
        // Some keep the connection alive so.
        guard !line.isEmpty else { return "" }
        var text = ""
        for (chunk, isCut) in try Self.chunks(data) {
            let before = restarts
            let new = try take(chunk, isCut: isCut)
            text = restarts == before ? text + new : new
        }
        return text
    }

    /// Takes a body that is not a stream.
    mutating func take(whole body: [UInt8]) throws(LLMError) -> String {
        let (json, isCut) = try Self.read(body)
        if let fault = Self.fault(in: json) { throw fault }
        guard let choices = json["choices"]?.arrayValue, let choice = Self.first(choices) ?? choices.first,
            choice["message"] != nil || choice["text"] != nil
        else {
            throw .malformed("the answer has no choices[0].message: \(Self.excerpt(body))")
        }
        takeUsage(json)
        let text = try take(choice: choice, isCut: isCut)
        isDone = true
        return text
    }

    /// The whole answer; what was held back of its text is told by `answer` alone.
    ///
    /// - Throws: `malformed` where the stream ended before the answer did.
    func finish() throws(LLMError) -> ChatAnswer {
        guard isDone || answer.finish != nil else { throw .malformed("the stream ended before the answer did") }
        var ended = self
        return ended.end()
    }

    private mutating func end() -> ChatAnswer {
        answer.content += thoughts.take(content.end()) + thoughts.end()
        _ = (reasoning.end(), refusal.end())
        answer.reasoning = [reasoning.text, thoughts.thought].filter { !$0.isEmpty }.joined(separator: "\n")
        answer.refusal = refusal.text
        answer.toolCalls = calls.end()
        return answer
    }

    // MARK: - Chunks

    /// One, or several where a server ends only lines between them.
    private static func chunks(_ data: [UInt8]) throws(LLMError) -> [(JSONValue, Bool)] {
        do throws(LLMError) {
            return [try read(data)]
        } catch {
            let lines = data.split(separator: UInt8(ascii: "\n")).map { trimmed(Array($0)) }
                .filter { !$0.isEmpty && !$0.elementsEqual("[DONE]".utf8) }
            guard lines.count > 1 else { throw error }
            var chunks: [(JSONValue, Bool)] = []
            for line in lines { chunks.append(try read(Array(line))) }
            return chunks
        }
    }

    private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return bytes[first...last]
    }

    private mutating func take(_ chunk: JSONValue, isCut: Bool) throws(LLMError) -> String {
        if let fault = Self.fault(in: chunk) { throw fault }
        takeUsage(chunk)
        // The last chunk may hold the usage alone.
        guard let choices = chunk["choices"]?.arrayValue, let choice = Self.first(choices) else { return "" }
        return try take(choice: choice, isCut: isCut)
    }

    private static func first(_ choices: [JSONValue]) -> JSONValue? {
        choices.first { ($0["index"]?.intValue ?? 0) == 0 }
    }

    private mutating func take(choice: JSONValue, isCut: Bool) throws(LLMError) -> String {
        try takeFinish(choice)
        var delta = choice["delta"] ?? .null
        // Whole where the server does not stream, and once more at the end where some do.
        if delta.objectValue?.isEmpty ?? true, content.text.isEmpty, calls.isEmpty {
            delta = choice["message"] ?? ["content": choice["text"] ?? .null]
        }
        try calls.take(delta["tool_calls"]?.arrayValue ?? [], isCut: isCut)
        if let call = delta["function_call"], call != .null { try calls.take([call], isCut: isCut) }
        for name in ["reasoning_content", "reasoning", "thinking"] {
            guard let text = delta[name]?.stringValue, !text.isEmpty else { continue }
            _ = reasoning.append(EventText(text, isCut: isCut))
            // Some say it under both names.
            break
        }
        if let text = delta["refusal"]?.stringValue { _ = refusal.append(EventText(text, isCut: isCut)) }
        return takeContent(delta["content"] ?? .null, isCut, depth: 0)
    }

    /// A text, or parts: texts, thoughts and refusals.
    private mutating func takeContent(_ value: JSONValue, _ isCut: Bool, depth: Int) -> String {
        switch value {
        case .string(let text):
            let before = restarts
            let new = thoughts.take(content.append(EventText(text, isCut: isCut)))
            if restarts > before { answer.content = "" }
            answer.content += new
            return new
        case .array(let parts) where depth < 4:
            return parts.map { takeContent($0, isCut, depth: depth + 1) }.joined()
        case .object where depth < 4:
            switch value["type"]?.stringValue {
            case "thinking", "reasoning":
                for text in Self.texts(value) { _ = reasoning.append(EventText(text, isCut: isCut)) }
                return ""
            case "refusal":
                if let text = value["refusal"]?.stringValue { _ = refusal.append(EventText(text, isCut: isCut)) }
                return ""
            default:
                let text = value["text"]?["value"] ?? value["text"] ?? value["content"] ?? .null
                return takeContent(text, isCut, depth: depth + 1)
            }
        default: return ""
        }
    }

    /// Of a part that thinks: a text, or parts of it.
    private static func texts(_ part: JSONValue) -> [String] {
        let inner = part["thinking"] ?? part["reasoning"] ?? part["text"] ?? .null
        return inner.stringValue.map { [$0] } ?? (inner.arrayValue ?? []).compactMap { $0["text"]?.stringValue }
    }

    // MARK: - Usage and end

    /// As far as it can be: what is 0 or less was not counted.
    private mutating func takeUsage(_ json: JSONValue) {
        guard let usage = json["usage"] else { return }
        let parts = ["prompt_tokens", "completion_tokens"].map { usage[$0]?.intValue ?? 0 }
        let (sum, isTooMuch) = parts[0].addingReportingOverflow(parts[1])
        let tokens = usage["total_tokens"]?.intValue ?? (isTooMuch ? 0 : sum)
        if tokens > 0 { answer.tokens = tokens }
    }

    /// Servers have several words for an end.
    private mutating func takeFinish(_ choice: JSONValue) throws(LLMError) {
        guard let finish = choice["finish_reason"]?.stringValue, !finish.isEmpty else { return }
        switch finish.lowercased() {
        case "null", "none": break
        case "stop", "eos", "eos_token", "stop_sequence", "stop_token", "end_turn", "end", "complete", "completed":
            answer.finish = "stop"
        case "length", "max_tokens", "max_length", "max_output_tokens", "model_length": answer.finish = "length"
        case "tool_calls", "tool_call", "tool_use", "function_call": answer.finish = "tool_calls"
        case "content_filter", "content_filtered", "safety", "recitation", "prohibited_content", "blocklist", "spii":
            answer.finish = "content_filter"
        case "error", "abort", "aborted", "cancelled":
            throw .server(status: 200, "the answer ended with \(finish)")
        default: answer.finish = finish
        }
    }

    // MARK: - Faults

    /// What a server says is wrong in the middle of a stream, or instead of an answer.
    private static func fault(in json: JSONValue) -> LLMError? {
        let isFault = json["object"] == "error"
        guard let fault = isFault ? json : json["error"], fault != .null, fault != false else { return nil }
        let inner = fault["error"].flatMap { $0.objectValue == nil ? nil : $0 } ?? fault
        let code = inner["code"] ?? inner["status"] ?? .null
        switch code.intValue {
        case 429?: return .limited(message(inner), retryAfter: nil)
        case let status? where 400..<500 ~= status && status != 408:
            return .refused(status: status, message(inner))
        default:
            let isLimit = code.stringValue?.hasPrefix("rate_limit") ?? false
            return isLimit ? .limited(message(inner), retryAfter: nil) : .server(status: 200, message(inner))
        }
    }

    private static func read(_ bytes: [UInt8]) throws(LLMError) -> (JSONValue, Bool) {
        do throws(JSONReadError) {
            let (json, isCut) = try EventJSON.read(bytes)
            return (json, isCut)
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

    /// What a refusal says of the member that is refused, in lower case: beside the message, `param` and `code` of
    /// OpenAI's, `detail[].loc` of FastAPI's.
    static func hints(_ body: [UInt8]) -> String {
        var hints = [reason(body)]
        do throws(JSONReadError) {
            let json = try JSONValue(parsing: body)
            let error = json["error"] ?? json
            hints += ["param", "code"].compactMap { error[$0]?.stringValue }
            for detail in (json["detail"]?.arrayValue ?? []).prefix(20) {
                hints += (detail["loc"]?.arrayValue ?? []).prefix(10).compactMap(\.stringValue)
            }
        } catch {
            // The excerpt is all there is.
            return hints[0].lowercased()
        }
        return hints.map { String($0.prefix(500)) }.joined(separator: " ").lowercased()
    }
}
