import NIOCore
import NIOWebSocket

/// The body of close frames (RFC 6455, sections 5.5.1 and 7.4).
enum CloseFrame {
    static func body(_ code: WebSocketErrorCode, _ reason: String) -> ByteBuffer {
        var body = ByteBuffer()
        body.write(webSocketErrorCode: code)
        body.writeString(reason)
        return body
    }

    /// What the peer's close frame is answered with: its own code, or 1002 where that is none.
    static func answer(to body: ByteBuffer) -> ByteBuffer {
        guard body.readableBytes > 0 else { return ByteBuffer() }
        var body = body
        guard let number = body.readInteger(as: UInt16.self), isCode(number) else {
            return Self.body(.protocolError, "the close frame has no valid code")
        }
        guard String(validating: body.readableBytesView, as: UTF8.self) != nil else {
            return Self.body(.dataInconsistentWithMessage, "the close reason is not UTF-8")
        }
        return Self.body(WebSocketErrorCode(codeNumber: Int(number)), "")
    }

    private static func isCode(_ number: UInt16) -> Bool {
        switch number {
        case 1_000...1_003, 1_007...1_014, 3_000...4_999: true
        default: false
        }
    }
}
