import NIOCore
import NIOWebSocket

/// Makes messages of frames, and sees what RFC 6455 does not allow.
///
/// Plain state of one socket.
struct MessageAssembler {
    enum Outcome {
        case nothing
        /// A whole text, UTF-8.
        case message(ByteBuffer)
        case ping(ByteBuffer)
        case pong
        case close(ByteBuffer)
        case fault(CloseReason)
    }

    private let maximumBytes: Int
    /// The fragments so far; nil between messages.
    private var partial: ByteBuffer?

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    var isPartial: Bool { partial != nil }

    mutating func take(_ frame: WebSocketFrame) -> Outcome {
        guard frame.maskKey != nil else { return .fault(.protocolError("frames of clients are masked")) }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return .fault(.protocolError("no extension is in use")) }
        switch frame.opcode {
        case .text:
            guard partial == nil else { return .fault(.protocolError("the message before has not ended")) }
            return append(frame, to: ByteBuffer())
        case .continuation:
            guard let partial = partial.take() else { return .fault(.protocolError("there is nothing to continue")) }
            return append(frame, to: partial)
        case .binary: return .fault(.notText)
        case .ping: return .ping(frame.unmaskedData)
        case .pong: return .pong
        case .connectionClose: return .close(frame.unmaskedData)
        default: return .fault(.protocolError("an opcode that has no meaning"))
        }
    }

    private mutating func append(_ frame: WebSocketFrame, to before: ByteBuffer) -> Outcome {
        guard before.readableBytes + frame.length <= maximumBytes else { return .fault(.tooLarge) }
        var message = before
        var data = frame.unmaskedData
        message.writeBuffer(&data)
        guard frame.fin else {
            partial = message
            return .nothing
        }
        guard String(validating: message.readableBytesView, as: UTF8.self) != nil else { return .fault(.notUTF8) }
        return .message(message)
    }
}
