import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The handlers of a connection before the upgrade, and those after it.
struct UpgradePipelines {
    let inbox: Inbox
    let maxBytes: Int
    private let encoder = HTTPRequestEncoder()
    private let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))

    init(inbox: Inbox, maxBytes: Int) {
        self.inbox = inbox
        self.maxBytes = maxBytes
    }

    func addHTTP(_ pipeline: ChannelPipeline.SynchronousOperations) throws {
        try pipeline.addHandlers([encoder, decoder])
    }

    /// Done when both are gone; until then the decoder still hands on what it had received too much.
    func removeHTTP(_ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let pipeline = context.pipeline.syncOperations
        pipeline.removeHandler(encoder, promise: nil)
        return pipeline.removeHandler(decoder)
    }

    func addWebSocket(_ context: ChannelHandlerContext) throws {
        try context.pipeline.syncOperations.addHandlers([
            WebSocketFrameEncoder(),
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: maxBytes)),
            SessionHandler(inbox: inbox, maxBytes: maxBytes),
        ])
    }
}
