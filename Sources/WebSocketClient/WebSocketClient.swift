package import NIOCore
import NIOPosix

/// Speaks WebSocket (RFC 6455, version 13, no extensions) to a server.
package enum WebSocketClient {
    /// Connects, runs `body`, closes; returns what `body` returned.
    ///
    /// - Parameters:
    ///   - url: `ws://` or `wss://`, with path and query.
    ///   - headers: Added to those of the handshake.
    ///   - maxFrameBytes: Of one message from the server; a longer one closes the connection with 1009.
    /// - Throws: ``WebSocketClientError``, `.refused` with the server's answer when it does not upgrade; and what `body`
    ///   throws.
    @discardableResult
    package static func connect<R>(
        url: String,
        headers: [(String, String)] = [],
        maxFrameBytes: Int = 1 << 20,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (WebSocketConnection) async throws -> R
    ) async throws -> R {
        var options = WebSocketOptions()
        options.maxFrameBytes = maxFrameBytes
        return try await connect(url: url, headers: headers, options: options, body)
    }

    /// The same, with everything that can be set.
    ///
    /// - Parameter eventLoopGroup: One for the whole process when nil.
    @discardableResult
    package static func connect<R>(
        url: String,
        headers: [(String, String)] = [],
        options: WebSocketOptions,
        eventLoopGroup: (any EventLoopGroup)? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (WebSocketConnection) async throws -> R
    ) async throws -> R {
        let connection = try await open(url: url, headers: headers, options: options, eventLoopGroup: eventLoopGroup)
        do {
            let result = try await body(connection)
            await connection.shutDown(within: options.closeDeadline)
            return result
        } catch {
            await connection.shutDown(within: options.closeDeadline)
            throw error
        }
    }

    /// Connects and returns the connection, which the caller closes by ``WebSocketConnection/shutDown(within:)``, whatever
    /// happens; for one that is a scope itself, over several connections.
    ///
    /// - Throws: as ``connect(url:headers:options:eventLoopGroup:isolation:_:)``.
    package static func open(
        url: String,
        headers: [(String, String)] = [],
        options: WebSocketOptions,
        eventLoopGroup: (any EventLoopGroup)? = nil
    ) async throws -> WebSocketConnection {
        try await Handshake(
            url: try WebSocketURL(url),
            headers: headers,
            options: options,
            group: eventLoopGroup ?? MultiThreadedEventLoopGroup.singleton
        ).run()
    }
}
