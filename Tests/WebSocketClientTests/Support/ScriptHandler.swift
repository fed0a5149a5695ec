import NIOCore
import NIOHTTP1
import NIOWebSocket

/// What the server does on one connection, by the path of the request.
///
/// Everywhere it echoes texts and binaries, answers pings, and answers a close.
final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    static let floodCount = 500
    static let floodBytes = 64 << 10

    private let path: String
    private let events: TestEvents
    private var flooded = 0

    init(path: String, request: HTTPHeaders, events: TestEvents) {
        self.path = path
        self.events = events
        if let value = request.first(name: "X-Test") { events.add(.header(value)) }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        switch path {
        case "/hello":
            send(.text, "hello", context)
        case "/fragments":
            send(.text, "a", context, isFinal: false)
            send(.ping, "between", context)
            send(.continuation, "b", context, isFinal: false)
            send(.continuation, "c", context)
        case "/ping":
            send(.ping, "are you there", context)
        case "/close":
            send(.connectionClose, "\u{0F}\u{21}bye", context)
        case "/too-long":
            send(.binary, String(repeating: "x", count: 5_000), context, isFinal: false)
            send(.continuation, String(repeating: "x", count: 5_000), context)
        case "/not-utf8":
            let frame = WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: [0xC3, 0x28]))
            context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
        case "/orphan":
            send(.continuation, "x", context)
        case "/flood":
            flood(context)
        default:
            break
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        if frame.maskKey == nil { events.add(.unmasked) }
        switch frame.opcode {
        case .pong:
            send(.text, "pong " + String(buffer: frame.unmaskedData), context)
        case .ping:
            send(.pong, String(buffer: frame.unmaskedData), context)
        case .connectionClose:
            var payload = frame.unmaskedData
            events.add(.close(payload.readInteger() ?? 1005))
            let answer = WebSocketFrame(fin: true, opcode: .connectionClose, data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            context.close(promise: nil)
        case .text where path == "/drop":
            context.close(promise: nil)
        default:
            let echo = WebSocketFrame(fin: frame.fin, opcode: frame.opcode, data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(echo), promise: nil)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if path == "/flood" { flood(context) }
    }

    /// Numbered messages, as fast as the connection takes them.
    private func flood(_ context: ChannelHandlerContext) {
        while flooded < Self.floodCount, context.channel.isWritable {
            let number = String(flooded)
            flooded += 1
            send(.text, number + String(repeating: " ", count: Self.floodBytes - number.utf8.count), context)
            if flooded == Self.floodCount { events.add(.allWritten) }
        }
    }

    private func send(
        _ opcode: WebSocketOpcode,
        _ text: String,
        _ context: ChannelHandlerContext,
        isFinal: Bool = true
    ) {
        let frame = WebSocketFrame(fin: isFinal, opcode: opcode, data: ByteBuffer(string: text))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
