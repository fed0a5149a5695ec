import HTTPTypes
import Logging
import NIOCore
import NIOHTTPTypes
import NovaContract

/// Takes a connection over when a request asks for a WebSocket and may have one; hands every other request on.
///
/// The handshake waits here, and nothing is read meanwhile, until it is decided, which takes a round trip to Redis. A
/// refused one goes on to the router, which answers it like every error. Any request of a connection can upgrade.
final class WebSocketUpgradeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let endpoint: WebSocketEndpoint
    private var state = UpgradeState()

    init(endpoint: WebSocketEndpoint) { self.endpoint = endpoint }

    // MARK: - In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        if case .head(var head) = part, case .http = state.phase, Handshake.isOnPath(head) {
            HandshakeRefusal.clear(&head)
            part = .head(head)
            if Handshake.isAttempt(head) { return decide(context, head) }
        }
        if state.came(part) {
            context.fireChannelRead(wrapInboundOut(part))
        } else {
            upgradeIfReady(context)
        }
    }

    func read(context: ChannelHandlerContext) {
        if state.mayRead() { context.read() }
    }

    // MARK: - Deciding

    private func decide(_ context: ChannelHandlerContext, _ head: HTTPRequest) {
        state.decide(head)
        let eventLoop = context.eventLoop
        let loopBound = NIOLoopBound((handler: self, context: context), eventLoop: eventLoop)
        let endpoint = endpoint
        let channel = context.channel
        let isTaken = endpoint.submit {
            let decision = await endpoint.admittance.decide(Handshake(head), on: channel)
            eventLoop.execute {
                let (handler, context) = loopBound.value
                handler.decided(context, decision)
            }
        }
        if !isTaken { refuse(context, .stopping) }
    }

    private func decided(_ context: ChannelHandlerContext, _ decision: Admittance.Decision) {
        switch decision {
        case .refused(let error):
            refuse(context, error)
        case .admitted(let admitted):
            switch state.admit(admitted) {
            case .taken:
                upgradeIfReady(context)
            case .stopping:
                endpoint.admittance.release(admitted)
                refuse(context, .stopping)
            case .gone:
                endpoint.admittance.release(admitted)
            }
        }
    }

    /// Hands the request on, with the reason.
    private func refuse(_ context: ChannelHandlerContext, _ error: NovaError) {
        let parts = state.refuse()
        guard !parts.isEmpty else { return }
        for part in parts {
            if case .head(var head) = part {
                HandshakeRefusal.write(error, to: &head)
                context.fireChannelRead(wrapInboundOut(.head(head)))
            } else {
                context.fireChannelRead(wrapInboundOut(part))
            }
        }
        context.fireChannelReadComplete()
        if state.takeQuiesce() { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }

    private func upgradeIfReady(_ context: ChannelHandlerContext) {
        guard let admitted = state.takeUpgrade() else { return }
        let mustRead = state.takeHeldRead()
        let isQuiescing = state.takeQuiesce()
        do {
            try endpoint.open(admitted, context, replacing: self)
        } catch {
            endpoint.admittance.release(admitted)
            endpoint.logger.error("a socket could not be opened", metadata: ["error": "\(error)"])
            return context.close(promise: nil)
        }
        let channel = context.channel
        if isQuiescing { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        if mustRead { channel.read() }
    }

    // MARK: - Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where state.isLastResponse && head.status.kind != .informational:
            // RFC 6455, section 4.4: what we would understand.
            if head.status == .badRequest { head.headerFields[.secWebSocketVersion] = "13" }
            head.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            guard !state.answered() else { return closeAfter(context, data, promise) }
            context.write(data, promise: promise)
            guard state.isAdmitted else { return }
            // Not from inside the write, which others above are still in.
            context.eventLoop.assumeIsolated().execute { self.upgradeIfReady(context) }
        default:
            context.write(data, promise: promise)
        }
    }

    /// Ends the connection gently: closed at once, unread bytes would reset it before the client has the answer.
    private func closeAfter(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        context.writeAndFlush(data, promise: promise)
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(500)) { context.close(promise: nil) }
    }

    // MARK: - Ending

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !state.quiesce() { return }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let admitted = state.end() { endpoint.admittance.release(admitted) }
        context.fireChannelInactive()
    }
}

extension NovaError {
    fileprivate static let stopping = NovaError(.serviceUnavailable, "the gateway is stopping", retryAfter: 1)
}
