import NIOCore
import NIOHTTP1

/// Answers every plain HTTP request with 401.
final class RefusingHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    static let body = #"{"error":{"code":"AUTHENTICATION_ERROR"}}"#

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        let headers = HTTPHeaders([("Content-Length", String(Self.body.utf8.count)), ("X-Request-ID", "r1")])
        let head = HTTPResponseHead(version: .http1_1, status: .unauthorized, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: Self.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Makes way for the WebSocket.
    static func leave(_ pipeline: ChannelPipeline.SynchronousOperations) {
        do {
            pipeline.removeHandler(context: try pipeline.context(handlerType: Self.self), promise: nil)
        } catch {
            // It has left.
        }
    }
}
