import NovaContract

/// Finds the JSON in what a model wrote around it, as strictly as a client's is read; what that refuses, leniently.
enum AnswerText {
    /// Values that are looked at in one answer.
    private static let mostValues = 8
    /// A value is looked for at so many brackets; the rest of a text without JSON is not read again and again.
    private static let mostTries = 16

    /// The values that may be meant, the likeliest first; never none.
    ///
    /// The answer itself where it is JSON; else, read leniently, the inside of a code fence, the answer, and whatever stands
    /// in it between brackets, the longest first.
    ///
    /// - Throws: what is wrong with the likeliest place, where none can be read.
    static func values(of text: String) throws(JSONReadError) -> [JSONValue] {
        let fault: JSONReadError
        do throws(JSONReadError) {
            return [try JSONValue(parsing: text, from: .request)]
        } catch {
            fault = error
        }
        var values: [JSONValue] = []
        func add(_ value: JSONValue?) {
            if let value, !values.contains(value), values.count < mostValues { values.append(value) }
        }
        let spoken = withoutThought(text)
        add(fenced(spoken).flatMap(lenient))
        add(lenient(String(spoken)))
        for value in bracketed(spoken) { add(value) }
        guard values.isEmpty else { return values }
        do throws(JSONReadError) {
            return [try JSONValue(parsing: json(in: text), from: .request)]
        } catch {
            throw spoken.contains { $0 == "{" || $0 == "[" } ? error : fault
        }
    }

    /// The text as one value, strictly where that is possible, else leniently.
    ///
    /// - Throws: what is wrong with it strictly.
    static func whole(_ text: String) throws(JSONReadError) -> JSONValue {
        do throws(JSONReadError) {
            return try JSONValue(parsing: text, from: .request)
        } catch {
            guard let value = lenient(text) else { throw error }
            return value
        }
    }

    private static func lenient(_ text: String) -> JSONValue? { LenientJSON.value(of: Array(text.utf8)) }

    private static func withoutThought(_ text: String) -> Substring {
        text.firstRange(of: "</think>").map { text[$0.upperBound...] } ?? text[...]
    }

    /// The inside of a code fence, from the first to the last.
    private static func fenced(_ text: Substring) -> String? {
        guard let fence = text.firstRange(of: "```"), let end = text[fence.upperBound...].ranges(of: "```").last else {
            return nil
        }
        let inside = text[fence.upperBound..<end.lowerBound]
        // The first line may name the language.
        return String(inside.first == "{" || inside.first == "[" ? inside : inside.drop { !$0.isNewline })
    }

    /// What can be read from a bracket on, the longest first.
    private static func bracketed(_ text: Substring) -> [JSONValue] {
        let bytes = Array(text.utf8)
        var found: [(value: JSONValue, length: Int)] = []
        var (position, tries) = (0, 0)
        while tries < mostTries, let start = bytes[position...].firstIndex(where: { $0 == 0x7B || $0 == 0x5B }) {
            tries += 1
            if let (value, end) = LenientJSON.value(in: bytes, at: start) {
                found.append((value, end - start))
                position = end
            } else {
                position = start + 1
            }
        }
        return found.sorted { $0.length > $1.length }.map(\.value)
    }

    /// What is most likely meant as JSON, for the message that says what is wrong with it.
    private static func json(in text: String) -> String {
        let spoken = withoutThought(text)
        let trimmed = (fenced(spoken) ?? String(spoken)).trimmingBlanks
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
