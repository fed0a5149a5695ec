import Foundation

/// The parts of a `ws://` or `wss://` address.
struct WebSocketURL: Sendable {
    let isSecure: Bool
    let host: String
    let port: Int
    /// Path and query, as they go into the request.
    let target: String
    /// The `Host` header.
    let authority: String

    init(_ text: String) throws {
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), ["ws", "wss"].contains(scheme)
        else { throw WebSocketClientError.invalidURL(text) }
        isSecure = scheme == "wss"
        self.host = host.trimmingCharacters(in: ["[", "]"])
        port = parts.port ?? (isSecure ? 443 : 80)
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        target = path + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
        authority = host + (parts.port.map { ":\($0)" } ?? "")
    }
}
