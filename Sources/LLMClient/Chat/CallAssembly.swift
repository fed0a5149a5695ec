import NovaContract

/// Puts the calls of tools together that a model asks for, from the pieces in which servers send them.
///
/// By the book a piece names its call by `index` and only the first bears `id` and `name`. Servers also count from 1, give
/// all calls the index 0 or none, repeat the name or the id with each piece, and send a call whole: calls are told apart
/// by id, then by index, then by whether the one before is complete.
struct CallAssembly {
    private struct Call {
        var index: Int?
        /// As the server said it; empty: not yet.
        var id: String
        var name = ""
        var arguments = JoinedText()
        var balance = Balance()
        /// Where the arguments came as JSON, not as a text of it.
        var value: JSONValue?

        var hasArguments: Bool { value != nil || !arguments.text.isEmpty }
        var isComplete: Bool { value != nil || balance.isComplete }
    }

    /// Of one answer.
    static let maximum = 64

    private var calls: [Call] = []

    /// Takes the `tool_calls` of one event.
    mutating func take(_ pieces: [JSONValue], isCut: Bool) throws(LLMError) {
        let before = calls.count
        for (place, piece) in pieces.enumerated() {
            let target = try target(of: piece, place, of: pieces.count, before)
            calls[target].index = calls[target].index ?? piece["index"]?.intValue
            if let id = piece["id"]?.stringValue, !id.isEmpty, calls[target].id.isEmpty { calls[target].id = id }
            // Of old: `function_call`, without the wrapping.
            takeFunction(piece["function"] ?? piece, isCut, target)
        }
    }

    private mutating func takeFunction(_ function: JSONValue, _ isCut: Bool, _ target: Int) {
        if let name = function["name"]?.stringValue { takeName(name, target) }
        switch function["arguments"] {
        case .string(let text)?:
            let new = calls[target].arguments.append(EventText(text, isCut: isCut))
            calls[target].balance.take(new)
        case nil, .null?: break
        case .some(let value): calls[target].value = value
        }
    }

    /// A name comes whole, in pieces, or again with each piece.
    private mutating func takeName(_ name: String, _ target: Int) {
        let known = calls[target].name
        guard name != known else { return }
        if name.hasPrefix(known) {
            calls[target].name = name
        } else if !calls[target].hasArguments {
            calls[target].name += name
        }
    }

    // MARK: - Which call

    private mutating func target(of piece: JSONValue, _ place: Int, of count: Int, _ before: Int) throws(LLMError)
        -> Int
    {
        let index = piece["index"]?.intValue
        let id = piece["id"]?.stringValue ?? ""
        let name = (piece["function"] ?? piece)["name"]?.stringValue ?? ""
        if !id.isEmpty {
            if let known = calls.lastIndex(where: { $0.id == id }) {
                let isAnother = !name.isEmpty && calls[known].isComplete && index != nil && calls[known].index != index
                if !isAnother { return known }
            } else if let open = lastCall(at: index), calls[open].id.isEmpty || name.isEmpty {
                // The id came late, or is another one with each piece.
                let isNext = !name.isEmpty && calls[open].isComplete
                if !isNext { return open }
            }
            return try begin(index, id)
        }
        guard let open = index != nil ? lastCall(at: index) : unnamed(name, place, of: count, before) else {
            return try begin(index, "")
        }
        return !name.isEmpty && isNext(piece, name, after: calls[open]) ? try begin(index, "") : open
    }

    private func lastCall(at index: Int?) -> Int? {
        guard let index else { return nil }
        return calls.lastIndex { $0.index == index }
    }

    /// The call that a piece without index and id belongs to; nil: a new one.
    private func unnamed(_ name: String, _ place: Int, of count: Int, _ before: Int) -> Int? {
        // Several in one event are several calls.
        if !name.isEmpty, place > 0 { return nil }
        let same = calls.count - (count - place)
        return count > 1 && name.isEmpty && calls.count == before && calls.indices.contains(same)
            ? same : calls.indices.last
    }

    /// Whether a piece that only names a tool begins another call.
    private func isNext(_ piece: JSONValue, _ name: String, after call: Call) -> Bool {
        guard call.hasArguments else { return false }
        if name != call.name, !name.hasPrefix(call.name) { return true }
        let arguments = (piece["function"] ?? piece)["arguments"] ?? .null
        return call.isComplete && arguments != .null && arguments != ""
    }

    private mutating func begin(_ index: Int?, _ id: String) throws(LLMError) -> Int {
        guard calls.count < Self.maximum else {
            throw .malformed("the answer asks for more than \(Self.maximum) calls of tools")
        }
        calls.append(Call(index: index, id: id))
        return calls.count - 1
    }

    // MARK: - The end

    /// What was asked for, each with an id of its own; nothing follows.
    mutating func end() -> [ToolCall] {
        var ids: Set<String> = []
        return calls.indices.map { place in
            _ = calls[place].arguments.end()
            let call = calls[place]
            var id = call.id.isEmpty ? "call_\(place)" : call.id
            while !ids.insert(id).inserted { id += "_\(place)" }
            return ToolCall(id: id, name: call.name, arguments: call.value?.jsonString ?? call.arguments.text)
        }
    }

    var isEmpty: Bool { calls.isEmpty }

    /// Whether a text that is written piece by piece is a whole JSON object or array by its brackets.
    private struct Balance {
        private var depth = 0
        private var isInString = false
        private var isEscaped = false
        private var hasBegun = false

        var isComplete: Bool { hasBegun && depth == 0 && !isInString }

        mutating func take(_ piece: String) {
            for byte in piece.utf8 {
                if isEscaped {
                    isEscaped = false
                } else if isInString {
                    isEscaped = byte == UInt8(ascii: "\\")
                    isInString = byte != UInt8(ascii: "\"")
                } else {
                    switch byte {
                    case UInt8(ascii: "\""): isInString = true
                    case UInt8(ascii: "{"), UInt8(ascii: "["): (depth, hasBegun) = (depth + 1, true)
                    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth - 1)
                    default: break
                    }
                }
            }
        }
    }
}
