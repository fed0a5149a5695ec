import NovaContract

/// JSON as an outline for readers, models among them: names and values, indented, without brackets.
enum PersonaText {
    static func outline(_ value: JSONValue) -> String { lines(value, "").joined(separator: "\n") }

    private static func lines(_ value: JSONValue, _ indent: String) -> [String] {
        switch value {
        case .object(let members):
            return members.sorted { rank($0.key) < rank($1.key) }.flatMap { name, value -> [String] in
                entry("\(indent)- \(name.replacing("_", with: " ")):", value, indent)
            }
        case .array(let elements):
            return elements.flatMap { entry("\(indent)-", $0, indent) }
        default: return ["\(indent)- \(text(value))"]
        }
    }

    private static func entry(_ head: String, _ value: JSONValue, _ indent: String) -> [String] {
        switch value {
        case .null: []
        case .object(let members) where members.isEmpty: []
        case .array(let elements) where elements.isEmpty: []
        case .object, .array: [head] + lines(value, indent + "  ")
        default: ["\(head) \(text(value))"]
        }
    }

    private static func text(_ value: JSONValue) -> String { value.stringValue ?? value.jsonString }

    /// A name first, the rest by the alphabet, so that the same is always said alike.
    private static func rank(_ name: String) -> (Int, String) { (name == "name" ? 0 : 1, name) }
}
