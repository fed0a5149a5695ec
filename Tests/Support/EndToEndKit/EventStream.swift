package import NovaContract
package import NovaTestKit
import WebSocketClient

/// A WebSocket session as a test reads it.
package final class EventStream {
    private let connection: WebSocketConnection

    private init(_ connection: WebSocketConnection) { self.connection = connection }

    package static func open<R>(
        _ gateway: ClusterMember,
        key: String = "test-key",
        path: String = "/api/ws",
        _ body: (EventStream) async throws -> R
    ) async throws -> R {
        try await WebSocketClient.connect(url: gateway.webSocketURL + path, headers: [("X-API-Key", key)]) {
            try await body(EventStream($0))
        }
    }

    package func send(_ message: JSONValue) async throws { try await connection.send(text: message.jsonString) }

    /// Subscribes and waits for the acknowledgement, which it returns.
    @discardableResult
    package func subscribe(_ channels: [String], after: String? = nil) async throws -> JSONValue {
        var message: JSONObject = ["type": "subscribe", "channels": JSONValue(channels)]
        if let after { message["after"] = .string(after) }
        try await send(.object(message))
        return try await next { $0["type"] == "subscribed" }
    }

    /// The next message that fits; those before it are passed over.
    package func next(_ fits: (JSONValue) -> Bool = { _ in true }) async throws -> JSONValue {
        var value = try await read()
        while !fits(value) { value = try await read() }
        return value
    }

    private func read() async throws -> JSONValue {
        guard let message = try await connection.receive() else { throw Ended(how: "no close frame") }
        guard case .text(let text) = message else { throw Ended(how: "\(message)") }
        return try JSONValue(parsing: text)
    }

    /// The next event of this name.
    package func event(_ name: String) async throws -> JSONValue {
        try await next { $0["type"] == "event" && $0["event"] == .string(name) }
    }

    /// Reads to the end: the code with which the server closed.
    package func closeCode() async throws -> UInt16 { try await close().code }

    /// Reads to the end: how the server closed.
    package func close() async throws -> (code: UInt16, reason: String) {
        while let message = try await connection.receive() {
            if case .close(let code, let reason) = message { return (code, reason) }
        }
        return (1_006, "")
    }

    package struct Ended: Error { package let how: String }
}
