/// Reads `a=b;c=d`, the way a map is written in one environment variable.
enum PropertyText {
    /// An entry without a name or without `=`.
    struct Malformed: Error {
        /// Which entry, counted from 1.
        let entry: Int
    }

    /// The entries by name; a later one with the same name wins.
    ///
    /// `\;` and `\\` stand for `;` and `\`. Only the first `=` divides, so a value may contain more of them. Blanks
    /// around a name and around a value are dropped.
    static func parse(_ text: String) throws -> [String: String] {
        var properties: [String: String] = [:]
        for (index, entry) in entries(of: text).enumerated() where !entry.trimmed.isEmpty {
            let halves = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, !halves[0].trimmed.isEmpty else { throw Malformed(entry: index + 1) }
            properties[halves[0].trimmed] = halves[1].trimmed
        }
        return properties
    }

    private static func entries(of text: String) -> [String] {
        var entries = [""]
        var rest = text[...]
        while let character = rest.popFirst() {
            switch (character, rest.first) {
            case ("\\", ";"?), ("\\", "\\"?):
                entries[entries.count - 1].append(rest.removeFirst())
            case (";", _):
                entries.append("")
            default:
                entries[entries.count - 1].append(character)
            }
        }
        return entries
    }
}
