/// The query of a URL, `application/x-www-form-urlencoded`.
package struct QueryItems: Sendable, Equatable {
    private let items: [(name: String, value: String)]

    /// - Parameter text: what stands behind the question mark, or nil.
    package init(_ text: String?) {
        guard let text, !text.isEmpty else {
            items = []
            return
        }
        items = text.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(parts[0]), parts.count == 2 ? Self.decoded(parts[1]) : "")
        }
    }

    /// The first value of this name; nil where it is absent or empty.
    package subscript(name: String) -> String? {
        guard let value = items.first(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    private static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        let spaced = text.replacing("+", with: " ")
        return PercentText.decoded(spaced) ?? String(spaced)
    }

    package static func == (left: QueryItems, right: QueryItems) -> Bool {
        left.items.elementsEqual(right.items) { $0 == $1 }
    }
}
