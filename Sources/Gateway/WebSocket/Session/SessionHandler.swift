import NIOCore
import NIOWebSocket
import NovaContract

/// The socket's end of a session: frames in and out, one message of the client at a time, pings, closing.
final class SessionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    enum Phase { case open, closing, ended }

    let session: Session
    let services: SessionServices
    private var assembler: MessageAssembler
    private var hold: MessageHold
    var inbox: Inbox
    var pulse = Pulse()
    var phase = Phase.open
    var context: ChannelHandlerContext?
    /// The last event written, or the place the last acknowledgement named.
    var place: EventID?
    var pulseTimer: Scheduled<Void>?
    var expiryTimer: Scheduled<Void>?
    var closeTimer: Scheduled<Void>?

    init(session: Session, services: SessionServices) {
        self.session = session
        self.services = services
        assembler = MessageAssembler(maximumBytes: services.configuration.maximumReadBytes)
        hold = MessageHold(services.memory)
        inbox = Inbox(limit: services.configuration.maximumWaitingMessages)
    }

    // MARK: - Pipeline

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        scheduleExpiry(session.key.expiresAt)
        schedulePing()
        flush()
        session.attach(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        guard phase != .ended else { return }
        phase = .ended
        for timer in [pulseTimer, expiryTimer, closeTimer] { timer?.cancel() }
        hold.release()
        session.finish()
        session.detach()
        services.onEnd(session)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: close(.stopping)
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        // Also what follows a frame that was refused: the decoder has given up.
        case _ where phase != .open: break
        case NIOWebSocketError.invalidFrameLength: close(.tooLarge)
        case is NIOWebSocketError: close(.protocolError("a control frame that is not allowed"))
        default: context.close(promise: nil)
        }
    }

    // MARK: - In

    /// Bytes came, before they are a frame.
    func came(_ count: Int) {
        if phase == .open, !hold.came(count) { close(.tooMuchAtOnce) }
    }

    private func releaseIfIdle() {
        if !assembler.isPartial, !inbox.isBusy { hold.release() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pulse.isAlive()
        let frame = unwrapInboundIn(data)
        if phase == .closing {
            if frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        guard phase == .open else { return }
        switch assembler.take(frame) {
        case .nothing, .pong: break
        case .message(let text): take(text)
        case .ping(let body): pong(context, body)
        case .close(let body): answerClose(context, body)
        case .fault(let reason): close(reason)
        }
        releaseIfIdle()
    }

    /// Nothing is read while a message of the client waits or is worked on.
    func read(context: ChannelHandlerContext) {
        if phase != .open || inbox.mayRead() { context.read() }
    }

    private func take(_ text: ByteBuffer) {
        guard inbox.append(text) else { return close(.tooManyMessages) }
        workOnNext()
    }

    private func workOnNext() {
        guard phase == .open, let text = inbox.begin() else { return }
        let session = session
        let processor = services.processor
        let loopBound = NIOLoopBound(self, eventLoop: session.eventLoop)
        let isTaken = services.submit {
            await processor.process(text, of: session)
            session.eventLoop.execute { loopBound.value.worked() }
        }
        if !isTaken { close(.stopping) }
    }

    private func worked() {
        let mustRead = inbox.end()
        releaseIfIdle()
        guard phase == .open else { return }
        workOnNext()
        if mustRead { context?.read() }
    }

    private func pong(_ context: ChannelHandlerContext, _ body: ByteBuffer) {
        // A client that pings and does not read gets no more pongs than fit.
        guard context.channel.isWritable else { return }
        send(context, .pong, body)
        context.flush()
    }

    // MARK: - Out

    /// Writes what is in line, as far as the client reads.
    func flush() {
        guard phase == .open, let context else { return }
        var count = 0
        while context.channel.isWritable, let item = session.next() {
            send(context, .text, item.text)
            place = item.id ?? place
            count += 1
        }
        if count > 0 {
            services.metrics.sent(count)
            context.flush()
        }
        if session.isOverflown { close(.tooSlow) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            pulse.isAlive()
            flush()
        }
        context.fireChannelWritabilityChanged()
    }

    func send(
        _ context: ChannelHandlerContext,
        _ opcode: WebSocketOpcode,
        _ body: ByteBuffer,
        promise: EventLoopPromise<Void>? = nil
    ) {
        context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: body)), promise: promise)
    }
}
