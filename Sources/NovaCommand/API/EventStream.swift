import NovaContract
import WebSocketClient

/// A subscription over one WebSocket.
struct EventStream: Sendable {
    let api: NovaAPI
    let channels: [String]
    /// Everything since this event; nil: from now on.
    var after: String?

    /// What the server said when it closed.
    struct Closed: Error, CustomStringConvertible {
        let code: UInt16
        let reason: String
        var description: String { "the connection was closed (\(code)\(reason.isEmpty ? "" : ", \(reason)"))" }
    }

    /// Connects, subscribes, and hands each message to `body`, the answer to the subscription first, until that says
    /// to stop.
    ///
    /// - Parameter body: false to stop.
    /// - Throws: `CommandFailure` where the gateway does not let us in, `Closed` when it ends the connection, and what
    ///   `body` throws.
    func read(_ body: (ServerMessage) async throws -> Bool) async throws {
        do {
            try await WebSocketClient.connect(
                url: api.address.webSocketURL,
                headers: [("X-API-Key", api.key)],
                maxFrameBytes: 4 << 20
            ) { connection in
                try await connection.send(text: subscription.jsonString)
                for try await message in connection.messages {
                    guard try await handle(message, body) else { return }
                }
                throw Closed(code: 1006, reason: "")
            }
        } catch let error as WebSocketClientError {
            throw APIFailure.of(error, api.address)
        }
    }

    private func handle(_ message: WebSocketMessage, _ body: (ServerMessage) async throws -> Bool) async throws -> Bool
    {
        switch message {
        case .text(let text): try await body(try ServerMessage(parsing: text))
        case .binary: true
        case .close(let code, let reason): throw Closed(code: code, reason: reason)
        }
    }

    private var subscription: JSONValue {
        var members: JSONObject = ["type": "subscribe", "channels": JSONValue(channels)]
        if let after { members["after"] = .string(after) }
        return .object(members)
    }
}
