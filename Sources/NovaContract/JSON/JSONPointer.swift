/// A place in a JSON document (RFC 6901), for example `/parameters/steps/3/duration`.
///
/// It is a chain of names and becomes text only where somebody is told of it: a document of 400,000 members below a name of
/// 5 MB costs no path at all while nothing is wrong with it. In the text long names are cut, and so is the whole.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    private enum Token: Sendable {
        /// The beginning, as it is to be shown.
        case text(String)
        case name(String)
        case index(Int)
    }

    private final class Node: Sendable {
        let parent: Node?
        let token: Token

        init(_ parent: Node?, _ token: Token) {
            self.parent = parent
            self.token = token
        }
    }

    /// Nil: the whole document.
    private let last: Node?

    /// Bytes that are shown of one name.
    static let maximumNameBytes = 100
    /// Bytes that are shown in all.
    package static let maximumBytes = 300

    /// The whole document.
    package static let root = JSONPointer(last: nil)

    private init(last: Node?) { self.last = last }

    package init(_ text: String) {
        last = text.isEmpty ? nil : Node(nil, .text(text))
    }

    package init(stringLiteral value: String) { self.init(value) }

    package func appending(_ key: String) -> JSONPointer { JSONPointer(last: Node(last, .name(key))) }

    package func appending(_ index: Int) -> JSONPointer { JSONPointer(last: Node(last, .index(index))) }

    package var description: String {
        var tokens: [Token] = []
        var node = last
        while let current = node {
            tokens.append(current.token)
            node = current.parent
        }
        var text = ""
        for token in tokens.reversed() {
            guard text.utf8.count <= Self.maximumBytes else { break }
            switch token {
            case .text(let beginning): text += beginning
            case .name(let name):
                let shown = name.cut(toBytes: Self.maximumNameBytes)
                text += "/" + shown.replacing("~", with: "~0").replacing("/", with: "~1")
            case .index(let index): text += "/\(index)"
            }
        }
        return text.cut(toBytes: Self.maximumBytes)
    }

    package static func == (left: JSONPointer, right: JSONPointer) -> Bool { left.description == right.description }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension String {
    /// The text, or its beginning and "…" where it has more bytes of UTF-8; never half a character.
    package func cut(toBytes bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: bytes)
        // Behind a byte that ends a scalar: positions inside of one are not the beginning of anything.
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end]) + "…"
    }
}
