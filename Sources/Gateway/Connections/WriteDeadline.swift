import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client does not read what it asked for: one that could not be written to for a while.
///
/// What a client does not read waits here, up to the channel's high-water mark (64 KiB); the answer behind it waits too, and with
/// it whatever it holds, such as the place of an export. A client that reads, however slowly, makes room for half of that
/// in the time it has.
final class WriteDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let time: TimeAmount
    private var stalledSince: NIODeadline?
    private var timer: Scheduled<Void>?

    init(time: TimeAmount) { self.time = time }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stalledSince = nil
        } else {
            stalledSince = context.eventLoop.now
            arm(context, in: time)
        }
        context.fireChannelWritabilityChanged()
    }

    /// One timer a connection: it looks, when it fires, at how long nothing could be written then.
    private func arm(_ context: ChannelHandlerContext, in time: TimeAmount) {
        guard timer == nil else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            self.timer = nil
            guard let since = self.stalledSince else { return }
            let left = since + self.time - context.eventLoop.now
            if left <= .zero { context.close(promise: nil) } else { self.arm(context, in: left) }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    private func stop() {
        timer?.cancel()
        timer = nil
    }
}
