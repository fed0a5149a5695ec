/// What a server sends, put together from its fragments.
package enum WebSocketMessage: Sendable, Hashable {
    case text(String)
    case binary([UInt8])
    /// The last one. The code is 1005 when the server gave none, and 1006 when the connection ended without a word.
    case close(code: UInt16, reason: String)
}
