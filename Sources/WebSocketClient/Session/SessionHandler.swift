import NIOCore
import NIOWebSocket

/// The open WebSocket: answers pings and the close, puts messages into the inbox, reads on only while that has room.
final class SessionHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let inbox: Inbox
    private var assembler: MessageAssembler
    private var hasSentClose = false
    private var hasEnded = false

    init(inbox: Inbox, maxBytes: Int) {
        self.inbox = inbox
        assembler = MessageAssembler(maxBytes: maxBytes)
    }

    // MARK: From the server

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasEnded else { return }
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text, .binary, .continuation:
            receive(frame, context)
        case .ping:
            send(.pong, frame.unmaskedData, context)
        case .pong:
            break
        case .connectionClose:
            receiveClose(frame.unmaskedData, context)
        default:
            fail(.protocolError, "an unknown opcode", context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.close(code: 1006, reason: ""))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength: fail(.messageTooLarge, "a frame that is too long", context)
        case .fragmentedControlFrame, .multiByteControlFrameLength: fail(.protocolError, "\(error)", context)
        case nil:
            // Of the connection: it ends, and `channelInactive` says so.
            context.close(promise: nil)
        }
    }

    private func receive(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        do throws(MessageAssembler.Violation) {
            if let message = try assembler.append(frame) { inbox.deliver(message) }
        } catch {
            fail(error.code, error.reason, context)
        }
    }

    private func receiveClose(_ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        var payload = payload
        let answer = payload.getSlice(at: payload.readerIndex, length: min(2, payload.readableBytes)) ?? ByteBuffer()
        let code: UInt16 = payload.readInteger() ?? 1005
        end(.close(code: code, reason: String(buffer: payload)))
        // The server closes the connection once it has our answer; should it not, the end of the scope does.
        if !hasSentClose { send(.connectionClose, answer, context) }
    }

    private func end(_ message: WebSocketMessage) {
        guard !hasEnded else { return }
        hasEnded = true
        inbox.deliver(message)
        inbox.finish()
    }

    private func fail(_ code: WebSocketErrorCode, _ reason: String, _ context: ChannelHandlerContext) {
        guard !hasEnded else { return }
        hasEnded = true
        inbox.finish(.failure(WebSocketClientError.protocolViolation(reason)))
        var payload = context.channel.allocator.buffer(capacity: 2)
        payload.write(webSocketErrorCode: code)
        send(.connectionClose, payload, context)
        context.close(promise: nil)
    }

    // MARK: To the server

    func read(context: ChannelHandlerContext) {
        if inbox.mayRead() { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let frame = unwrapOutboundIn(data)
        guard !hasSentClose else {
            promise?.fail(WebSocketClientError.closed)
            return
        }
        if frame.opcode == .connectionClose { hasSentClose = true }
        context.write(data, promise: promise)
    }

    private func send(_ opcode: WebSocketOpcode, _ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        if opcode == .connectionClose { hasSentClose = true }
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: payload)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
