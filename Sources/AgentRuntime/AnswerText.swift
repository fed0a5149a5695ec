import NovaContract

/// Finds the JSON in what a model wrote around it.
enum AnswerText {
    /// The answer itself where it is JSON, else what is found in it.
    static func value(of text: String) throws(JSONReadError) -> JSONValue {
        do throws(JSONReadError) {
            return try JSONValue(parsing: text)
        } catch {
            return try JSONValue(parsing: json(in: text))
        }
    }

    /// The inside of a code fence, what follows a model's audible thinking, or all from the first bracket to the last.
    static func json(in text: String) -> String {
        var text = text[...]
        if let end = text.firstRange(of: "</think>") { text = text[end.upperBound...] }
        if let fence = text.firstRange(of: "```"), let end = text[fence.upperBound...].ranges(of: "```").last {
            let inside = text[fence.upperBound..<end.lowerBound]
            // The first line may name the language.
            text = inside.first == "{" || inside.first == "[" ? inside : inside.drop { !$0.isNewline }
        }
        let trimmed = String(text).trimmingBlanks
        guard let first = trimmed.first, first != "{", first != "[", first != "\"",
            let begin = trimmed.firstIndex(where: { $0 == "{" || $0 == "[" }),
            let end = trimmed.lastIndex(where: { $0 == "}" || $0 == "]" }), begin < end
        else { return trimmed }
        return String(trimmed[begin...end])
    }
}

extension String {
    var trimmingBlanks: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else {
            return ""
        }
        return String(self[first...last])
    }
}
