package import NovaContract
package import NovaStore

/// What a key may do in a window: requests as its record says, and WebSocket handshakes and messages apart from them.
package struct KeyBudgets: Sendable, Equatable {
    /// Handshakes and messages of one key, over all its sockets and all gateways, in any `webSocketWindow`.
    package var webSocketLimit = 600
    package var webSocketWindow: Duration = .seconds(60)

    package init() {}

    package func requests(of key: APIKey) -> Budget {
        Budget(name: "default", limit: key.limit, window: .seconds(key.window))
    }

    package func webSocket() -> Budget {
        Budget(name: "websocket", limit: webSocketLimit, window: webSocketWindow)
    }
}
