import NIOCore

/// Lets the first flush, that of the 101, wait for the second one.
final class FirstFlushHolder: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private var isFirst = true

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isFirst else { return context.write(data, promise: promise) }
        context.write(data, promise: nil)
        // The server goes on to the WebSocket only when the 101 is written.
        promise?.succeed()
    }

    func flush(context: ChannelHandlerContext) {
        if isFirst {
            isFirst = false
        } else {
            context.flush()
        }
    }
}
