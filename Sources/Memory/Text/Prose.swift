package import NovaContract

/// The text of a memory as a model reads it: all its values, each on a line, without the names of fields.
package enum Prose {
    /// Characters; models read no further.
    static let maximumCharacters = 8_000

    package static func of(_ content: JSONValue) -> String {
        var lines: [String] = []
        var left = maximumCharacters
        func walk(_ value: JSONValue) {
            guard left > 0 else { return }
            switch value {
            case .null: return
            case .object(let members):
                for (_, member) in members.sortedMembers { walk(member) }
            case .array(let elements): elements.forEach(walk)
            case .string(let text): add(text)
            case .bool, .integer, .number, .literal: add(value.jsonString)
            }
        }
        func add(_ text: String) {
            let kept = text.prefix(left)
            left -= kept.count
            lines.append(String(kept))
        }
        walk(content)
        return lines.joined(separator: "\n")
    }
}
