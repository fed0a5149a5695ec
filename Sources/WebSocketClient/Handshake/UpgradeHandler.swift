import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Asks the server for the upgrade and reads its answer; then makes way for the session, or says why there is none.
final class UpgradeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// Everything the handshake leads to, exactly once.
    typealias Outcome = Result<HTTPResponseHead, any Error>

    private static let bodyLimit = 64 << 10

    private let request: HTTPRequestHead
    private let upgrader: NIOWebSocketClientUpgrader
    private let pipelines: UpgradePipelines
    private var report: ((Outcome) -> Void)?
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()
    /// What came behind the answer, while the pipeline is changed.
    private var early: [NIOAny]?

    /// - Parameter report: Called once, on the event loop.
    init(
        request: HTTPRequestHead,
        upgrader: NIOWebSocketClientUpgrader,
        pipelines: UpgradePipelines,
        report: @escaping (Outcome) -> Void
    ) {
        self.request = request
        self.upgrader = upgrader
        self.pipelines = pipelines
        self.report = report
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard early == nil else {
            early?.append(data)
            return
        }
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
        case .body(var part):
            let room = Self.bodyLimit - body.readableBytes
            if let slice = part.readSlice(length: min(room, part.readableBytes)) { body.writeImmutableBuffer(slice) }
            // The rest is of no use, and a server that streams would keep us here.
            if body.readableBytes == Self.bodyLimit { refuse(context) }
        case .end:
            // Not before: the decoder must have nothing left to say about HTTP.
            if let head, head.status == .switchingProtocols {
                switchProtocols(context, head)
            } else {
                refuse(context)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        // A body without a length ends with the connection.
        if early == nil { refuse(context) }
        finish(.failure(WebSocketClientError.connectionFailed("the server closed it during the handshake")))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(WebSocketClientError.connectionFailed(String(describing: error))))
        context.close(promise: nil)
    }

    private func switchProtocols(_ context: ChannelHandlerContext, _ head: HTTPResponseHead) {
        guard upgrader.shouldAllowUpgrade(upgradeResponse: head) else {
            let reason = "its Sec-WebSocket-Accept does not fit our key"
            finish(.failure(WebSocketClientError.protocolViolation(reason)))
            return context.close(promise: nil)
        }
        early = []
        // The decoder also watches what is written: nothing may be, before it is gone.
        pipelines.removeHTTP(context).assumeIsolated().whenComplete { result in
            do {
                try result.get()
                try self.openSession(context, head)
            } catch {
                self.finish(.failure(error))
                context.close(promise: nil)
            }
        }
    }

    private func openSession(_ context: ChannelHandlerContext, _ head: HTTPResponseHead) throws {
        // It may have ended, or been given up, meanwhile.
        guard report != nil, context.channel.isActive else { return }
        try pipelines.addWebSocket(context)
        finish(.success(head))
        for data in early ?? [] { context.fireChannelRead(data) }
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    private func refuse(_ context: ChannelHandlerContext) {
        guard let head else { return }
        let refusal = WebSocketRefusal(
            status: Int(head.status.code),
            headers: head.headers.map { ($0.name, $0.value) },
            body: String(buffer: body)
        )
        finish(.failure(WebSocketClientError.refused(refusal)))
        context.close(promise: nil)
    }

    private func finish(_ outcome: Outcome) {
        report?(outcome)
        report = nil
    }
}
