import NIOCore

/// The end of the channel's pipeline: bytes become replies, and what happens to the channel is told to the link.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let link: Link
    private let decoder: ReplyDecoder
    private var replies: [RedisValue] = []

    init(link: Link, maxReplyBytes: Int) throws {
        self.link = link
        decoder = try ReplyDecoder(maxReplyBytes: maxReplyBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        var violation: String?
        do throws(ReplyDecoder.Violation) {
            try buffer.withUnsafeReadableBytes { bytes throws(ReplyDecoder.Violation) in
                try decoder.decode(bytes, into: &replies)
            }
        } catch {
            violation = error.reason
        }
        if !replies.isEmpty { link.received(replies, from: context.channel) }
        replies.removeAll(keepingCapacity: replies.count < 4096)
        if let violation { link.lost(.violation(violation), channel: context.channel) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { link.writable(context.channel) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        link.lost(.broken("the server closed the connection"), channel: context.channel)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        link.lost(.broken(String(describing: error)), channel: context.channel)
    }
}
