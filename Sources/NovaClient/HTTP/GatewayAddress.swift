import Foundation

/// Where a gateway is: `http://HOST:PORT`, perhaps with a path in front of Nova's own.
struct GatewayAddress: Sendable, Equatable, CustomStringConvertible {
    /// Without a slash at its end.
    let description: String

    /// - Throws: ``NovaClientError/invalidRequest(_:)`` for anything but http and https.
    init(_ text: String) throws(NovaClientError) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty, parts.query == nil
        else { throw .invalidRequest("\"\(text)\" is not the address of a gateway, such as http://HOST:PORT") }
        description = text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// - Parameter path: of one resource, escaped, with `/` at its beginning; it may have a query already.
    func url(_ path: String, query: [(name: String, value: String?)] = []) -> String {
        let items = query.compactMap { name, value in value.map { "\(name)=\(Self.escaped($0))" } }
        guard !items.isEmpty else { return description + path }
        return description + path + (path.contains("?") ? "&" : "?") + items.joined(separator: "&")
    }

    var webSocketURL: String { "ws" + description.dropFirst("http".count) + "/api/ws" }

    /// A segment of a path, or a value of a query, whatever is in it.
    static func escaped(_ text: String) -> String {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = text.utf8.flatMap { byte -> [UInt8] in
            unreserved.contains(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
