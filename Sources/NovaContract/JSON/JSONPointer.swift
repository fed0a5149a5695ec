/// A place in a JSON document (RFC 6901), for example `/parameters/steps/3/duration`.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    package private(set) var description: String

    /// The whole document.
    package static let root = JSONPointer("")

    package init(_ text: String) { description = text }
    package init(stringLiteral value: String) { description = value }

    package func appending(_ key: String) -> JSONPointer {
        // Nearly every name: replacing looks at text by characters, which costs more than reading the document.
        guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return JSONPointer(description + "/" + key)
        }
        let escaped = key.replacing("~", with: "~0").replacing("/", with: "~1")
        return JSONPointer(description + "/" + escaped)
    }

    package func appending(_ index: Int) -> JSONPointer { JSONPointer(description + "/\(index)") }
}
