import NIOCore
import NovaAPI

/// Counts the bytes of a socket before the decoder keeps them: a frame is given on only when it has come whole.
final class MessageMeter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let onBytes: (Int) -> Void

    init(onBytes: @escaping (Int) -> Void) { self.onBytes = onBytes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        onBytes(unwrapInboundIn(data).readableBytes)
        context.fireChannelRead(data)
    }
}

/// What one socket holds of messages that have not come whole or are not done.
///
/// Plain state. The first 64 KiB of a socket are its own; what comes beyond is taken from what all sockets have together.
struct MessageHold {
    private static let ownBytes = 65_536

    private let hold: BodyMemory.Hold
    private var come = 0
    private var taken = 0

    init(_ memory: BodyMemory) { hold = memory.hold() }

    /// False where all sockets hold too much already.
    mutating func came(_ bytes: Int) -> Bool {
        come += bytes
        let more = come - Self.ownBytes - taken
        guard more > 0 else { return true }
        guard hold.take(more) else { return false }
        taken += more
        return true
    }

    /// Nothing has come that is not done, or the socket is gone.
    mutating func release() {
        come = 0
        guard taken > 0 else { return }
        taken = 0
        hold.release()
    }
}
