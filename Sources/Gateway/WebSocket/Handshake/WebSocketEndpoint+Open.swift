import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket
import NovaAPI
import NovaContract

extension WebSocketEndpoint {
    /// Answers 101 and makes the connection a socket.
    ///
    /// On the event loop.
    ///
    /// - Parameter old: the handler that is being replaced; the HTTP handlers go with it.
    /// - Throws: where the pipeline is not the one of an HTTP/1 connection; then the connection is of no use any more.
    func open(
        _ admitted: Admitted,
        _ context: ChannelHandlerContext,
        replacing old: WebSocketUpgradeHandler
    ) throws {
        let headers = try acceptance(admitted, context)
        let head = HTTPResponse(status: .switchingProtocols, headerFields: headers)
        context.write(old.wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(old.wrapOutboundOut(.end(nil)), promise: nil)

        let pipeline = context.pipeline.syncOperations
        let session = SessionHandler(session: admitted.session, services: services(admitted))
        try pipeline.addHandlers(
            [
                WebSocketFrameEncoder(), MessageMeter { [weak session] in session?.came($0) },
                ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: configuration.maximumReadBytes)),
                session,
            ],
            position: .after(old)
        )
        try remove(HTTPResponseEncoder.self, pipeline)
        try remove(ByteToMessageHandler<HTTPRequestDecoder>.self, pipeline)
        try remove(HTTP1ToHTTPServerCodec.self, pipeline)
        try remove(ConnectionGate.self, pipeline, isOptional: true)
        try remove(WriteDeadline.self, pipeline, isOptional: true)
        try remove(RequestGuardHandler.self, pipeline, isOptional: true)
        try remove(HTTPConnectionStateHandler.self, pipeline)
        pipeline.removeHandler(old, promise: nil)
        logger.info(
            "websocket opened",
            metadata: [
                "request_id": "\(admitted.handshake.requestID)", "key_id": "\(admitted.session.key.id)",
                "socket": "\(admitted.session.id)",
            ]
        )
    }

    private func remove<Handler: RemovableChannelHandler>(
        _ type: Handler.Type,
        _ pipeline: ChannelPipeline.SynchronousOperations,
        isOptional: Bool = false
    ) throws {
        do {
            pipeline.removeHandler(context: try pipeline.context(handlerType: type), promise: nil)
        } catch ChannelPipelineError.notFound where isOptional {
            return
        }
    }

    private func services(_ admitted: Admitted) -> SessionServices {
        SessionServices(
            configuration: configuration,
            processor: hub.processor,
            metrics: hub.metrics,
            memory: hub.memory,
            submit: { submit($0) },
            onEnd: { session in
                admittance.release(admitted)
                logger.info("websocket closed", metadata: ["socket": "\(session.id)", "key_id": "\(session.key.id)"])
            }
        )
    }

    /// The header fields of the 101.
    ///
    /// permessage-deflate is not offered.
    private func acceptance(_ admitted: Admitted, _ context: ChannelHandlerContext) throws -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in try upgradeHeaders(admitted.handshake, context) {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        if admitted.handshake.offersSubprotocol { fields[.secWebSocketProtocol] = Handshake.subprotocol }
        fields[.requestID] = admitted.handshake.requestID
        RateLimitHeaders.decorate(&fields, admitted.budget)
        return fields
    }

    private struct NotAccepted: Error {}

    /// `Upgrade`, `Connection` and `Sec-WebSocket-Accept`, as NIO computes them.
    private func upgradeHeaders(_ handshake: Handshake, _ context: ChannelHandlerContext) throws -> HTTPHeaders {
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        let fields = handshake.head.headerFields
        let head = HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: handshake.head.path ?? "/",
            headers: [
                "Sec-WebSocket-Key": fields[.secWebSocketKey] ?? "",
                "Sec-WebSocket-Version": fields[.secWebSocketVersion] ?? "",
            ]
        )
        // Nothing in it waits, so that the future is complete when it is returned, and its callback runs here.
        var outcome: Result<HTTPHeaders, any Error> = .failure(NotAccepted())
        upgrader.buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
            .assumeIsolated()
            .whenComplete { outcome = $0 }
        return try outcome.get()
    }
}
