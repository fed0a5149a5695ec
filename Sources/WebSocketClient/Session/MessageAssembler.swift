import NIOCore
import NIOWebSocket

/// Puts messages together from frames, and checks that frames come in an order that is allowed.
struct MessageAssembler {
    struct Violation: Error {
        let code: WebSocketErrorCode
        let reason: String
    }

    private let maxBytes: Int
    private var opcode: WebSocketOpcode?
    private var fragments = ByteBuffer()

    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    /// Takes a data frame; gives the message it completes.
    mutating func append(_ frame: WebSocketFrame) throws(Violation) -> WebSocketMessage? {
        if frame.opcode == .continuation {
            guard opcode != nil else { throw Violation(code: .protocolError, reason: "a continuation of nothing") }
        } else {
            guard opcode == nil else { throw Violation(code: .protocolError, reason: "a message inside another") }
            opcode = frame.opcode
        }
        guard fragments.readableBytes + frame.length <= maxBytes else {
            throw Violation(code: .messageTooLarge, reason: "a message of more than \(maxBytes) bytes")
        }
        fragments.writeImmutableBuffer(frame.unmaskedData)
        return frame.fin ? try finish() : nil
    }

    private mutating func finish() throws(Violation) -> WebSocketMessage {
        defer {
            opcode = nil
            fragments = ByteBuffer()
        }
        guard opcode == .text else { return .binary(Array(fragments.readableBytesView)) }
        guard let text = String(validating: fragments.readableBytesView, as: UTF8.self) else {
            throw Violation(code: .dataInconsistentWithMessage, reason: "a text that is not UTF-8")
        }
        return .text(text)
    }
}
