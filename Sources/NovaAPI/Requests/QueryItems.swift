/// The query of a URL, `application/x-www-form-urlencoded`.
package struct QueryItems: Sendable, Equatable {
    private let items: [(name: String, value: String)]
    /// The first item that is not percent-encoded UTF-8, as it came.
    package let malformed: String?

    /// - Parameter text: what stands behind the question mark, or nil.
    package init(_ text: String?) {
        guard let text, !text.isEmpty else {
            items = []
            malformed = nil
            return
        }
        var items: [(name: String, value: String)] = []
        var malformed: String?
        for item in text.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if let name = Self.decoded(parts[0]), let value = parts.count == 2 ? Self.decoded(parts[1]) : "" {
                items.append((name, value))
            } else if malformed == nil {
                malformed = String(item)
            }
        }
        self.items = items
        self.malformed = malformed
    }

    package var isEmpty: Bool { items.isEmpty && malformed == nil }

    /// The first value of this name; nil where it is absent or empty.
    package subscript(name: String) -> String? {
        guard let value = items.first(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    /// All values of this name, in their order.
    package func values(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// Of a time: a `+` before an offset that was not escaped is a blank by now.
    package func time(_ name: String) -> String? {
        guard let text = self[name] else { return nil }
        let end = text.utf8.suffix(6)
        guard end.count == 6, end.first == UInt8(ascii: " "), end.dropFirst(3).first == UInt8(ascii: ":") else {
            return text
        }
        return text.dropLast(6) + "+" + text.suffix(5)
    }

    /// Each once, in their order.
    package var names: [String] {
        var known: Set<String> = []
        return items.map(\.name).filter { known.insert($0).inserted }
    }

    /// The same query with another value of this name, as it stands behind the question mark.
    package func text(replacing name: String, with value: String) -> String {
        (items.filter { $0.name != name } + [(name, value)])
            .map { PercentText.encoded($0.name) + "=" + PercentText.encoded($0.value) }.joined(separator: "&")
    }

    private static func decoded(_ text: Substring) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        return PercentText.decoded(text.replacing("+", with: " "))
    }

    package static func == (left: QueryItems, right: QueryItems) -> Bool {
        left.malformed == right.malformed && left.items.elementsEqual(right.items) { $0 == $1 }
    }
}
