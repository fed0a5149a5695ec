/// Why there is no WebSocket, or no longer one.
package enum WebSocketClientError: Error, CustomStringConvertible {
    /// Not `ws://host…` or `wss://host…`.
    case invalidURL(String)
    /// No connection to the server, or it ended before the server answered.
    case connectionFailed(String)
    /// No answer within this time.
    case noAnswer(Duration)
    /// The server answered, and not with an upgrade.
    case refused(WebSocketRefusal)
    /// The server broke the protocol; the connection is closed.
    case protocolViolation(String)
    /// Nothing can be sent any more.
    case closed
    /// Two tasks read at once.
    case alreadyRead

    package var description: String {
        switch self {
        case .invalidURL(let url): "\(url) is not an address of a WebSocket"
        case .connectionFailed(let reason): "no connection: \(reason)"
        case .noAnswer(let limit): "no answer within \(limit)"
        case .refused(let refusal): "refused with HTTP status \(refusal.status): \(refusal.body)"
        case .protocolViolation(let reason): "the server broke the WebSocket protocol: \(reason)"
        case .closed: "the connection is closed"
        case .alreadyRead: "another task reads from this connection"
        }
    }
}

/// The HTTP answer of a server that did not upgrade.
package struct WebSocketRefusal: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    /// At most the first 64 KiB; bytes that are not UTF-8 are replaced.
    package let body: String

    /// The first header of that name, in any case of its letters.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
