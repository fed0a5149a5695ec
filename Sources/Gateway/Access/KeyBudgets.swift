package import NovaContract
import NovaProcess
import NovaService
package import NovaStore

/// What a key may do in a window: requests as its record says, and WebSocket handshakes and messages apart from them.
package struct KeyBudgets: Sendable, Equatable {
    /// Handshakes and messages of one key, over all its sockets and all gateways, in any `webSocketWindow`.
    package var webSocketLimit = WebSocketSettings().budgetLimit.default
    package var webSocketWindow = WebSocketSettings().budgetWindow.default

    package init() {}

    package func requests(of key: APIKey) -> Budget {
        Budget(name: "default", limit: key.limit, window: .seconds(key.window))
    }

    package func webSocket() -> Budget {
        Budget(name: "websocket", limit: webSocketLimit, window: webSocketWindow)
    }
}
