import NIOCore
import NIOHTTP1
import NIOWebSocket

/// An open WebSocket, as a client has it; valid inside ``WebSocketClient/connect(url:headers:options:isolation:_:)``.
///
/// Pings are answered by themselves, as long as the buffer of unread messages is not full.
package final class WebSocketConnection: Sendable {
    private let channel: any Channel
    private let inbox: Inbox
    /// The headers of the server's 101.
    package let responseHeaders: [(name: String, value: String)]

    init(channel: any Channel, inbox: Inbox, response: HTTPResponseHead) {
        self.channel = channel
        self.inbox = inbox
        responseHeaders = response.headers.map { ($0.name, $0.value) }
    }

    /// The one of the offered subprotocols that the server chose.
    package var subprotocol: String? {
        responseHeaders.first { $0.name.lowercased() == "sec-websocket-protocol" }?.value
    }

    /// What the server sends.
    ///
    /// Bounded: while nobody reads, the server is held up in the end.
    package var messages: WebSocketMessages { WebSocketMessages(inbox: inbox) }

    /// The next message, nil after the `.close`.
    ///
    /// - Throws: ``WebSocketClientError``, `CancellationError`.
    package func receive() async throws -> WebSocketMessage? {
        try await inbox.next()
    }

    /// Returns when the kernel has taken the message; whether the server got it is not known.
    ///
    /// Cancelled meanwhile, it closes the connection: a message cannot be taken back half way.
    /// - Throws: ``WebSocketClientError/closed``, ``WebSocketClientError/connectionFailed(_:)``.
    package func send(text: String) async throws {
        try await send(.text, Array(text.utf8))
    }

    /// As ``send(text:)``.
    package func send(binary: [UInt8]) async throws {
        try await send(.binary, binary)
    }

    package func ping() async throws {
        try await send(.ping, [])
    }

    /// Sends one frame just as it is said here, be it allowed or not; for tests of servers.
    ///
    /// - Parameter opcode: 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong; up to 15.
    package func send(
        opcode: UInt8,
        payload: [UInt8],
        isFinal: Bool = true,
        isMasked: Bool = true
    ) async throws {
        guard let opcode = WebSocketOpcode(encodedWebSocketOpcode: opcode) else { return }
        try await send(opcode, payload, isFinal: isFinal, isMasked: isMasked)
    }

    /// Begins the closing; the server's answer comes as `.close`.
    ///
    /// Without effect after the first time.
    ///
    /// - Parameter reason: At most 123 bytes of UTF-8.
    package func close(code: UInt16 = 1000, reason: String = "") async {
        do {
            let payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8)
            try await write(.connectionClose, payload, isFinal: true, isMasked: true)
        } catch {
            // It is closing, or closed, as it should be.
        }
    }

    /// Closes in good order, and after `limit` in any case; returns when the connection is gone.
    package func shutDown(within limit: Duration) async {
        let channel = channel
        // First, since a server that does not read holds up the close as well.
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { channel.close(promise: nil) }
        inbox.discard()
        await close()
        do {
            try await channel.closeFuture.get()
        } catch {
            // Closed, if with an error; that is all that is wanted here.
        }
        timer.cancel()
    }

    /// Ends the connection without a word; whoever reads is given a `.close` with 1006.
    package func abandon() { channel.close(promise: nil) }

    private func send(
        _ opcode: WebSocketOpcode,
        _ payload: [UInt8],
        isFinal: Bool = true,
        isMasked: Bool = true
    ) async throws {
        try await withTaskCancellationHandler {
            try await write(opcode, payload, isFinal: isFinal, isMasked: isMasked)
        } onCancel: {
            // What is half on its way cannot be taken back, and a server that does not read could keep us here.
            channel.close(promise: nil)
        }
    }

    private func write(_ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool, isMasked: Bool) async throws {
        let frame = WebSocketFrame(
            fin: isFinal,
            opcode: opcode,
            maskKey: isMasked ? .random() : nil,
            data: ByteBuffer(bytes: payload)
        )
        do {
            try await channel.writeAndFlush(frame)
        } catch let error as WebSocketClientError {
            throw error
        } catch is ChannelError {
            throw WebSocketClientError.closed
        } catch {
            throw WebSocketClientError.connectionFailed(String(describing: error))
        }
    }
}
