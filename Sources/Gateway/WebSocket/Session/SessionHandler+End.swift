import NIOCore
import NIOWebSocket
import NovaContract

/// How a socket ends: by us, by the peer, by its key, or because the peer is dead.
extension SessionHandler {
    // MARK: - Closing

    /// Says why, and closes when the peer has answered or its time is over.
    func close(_ reason: CloseReason) {
        guard phase == .open, let context else { return }
        beginClosing(context)
        if reason.code == .tryAgainLater { services.metrics.cutOffOne() }
        if let error = reason.error { send(context, .text, ServerMessage.error(error)) }
        send(context, .connectionClose, CloseFrame.body(reason.code, reason.reason(place: place)))
        context.flush()
        context.read()
    }

    func answerClose(_ context: ChannelHandlerContext, _ body: ByteBuffer) {
        beginClosing(context)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        send(context, .connectionClose, CloseFrame.answer(to: body), promise: written)
        context.flush()
    }

    private func beginClosing(_ context: ChannelHandlerContext) {
        phase = .closing
        session.finish()
        closeTimer = schedule(services.configuration.closeTimeout) { $0.context?.close(promise: nil) }
    }

    func keyChanged(_ key: APIKey?) {
        guard let key else { return close(.keyEnded) }
        guard key.hasSameRights(as: session.key) else { return close(.keyChanged) }
        scheduleExpiry(key.expiresAt)
    }

    // MARK: - Time

    private func schedule(_ delay: Duration, _ action: @escaping (SessionHandler) -> Void) -> Scheduled<Void> {
        session.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [weak self] in
            if let self { action(self) }
        }
    }

    func scheduleExpiry(_ milliseconds: Int64?) {
        expiryTimer?.cancel()
        guard let milliseconds else { return }
        let left = milliseconds - Timestamp.milliseconds()
        guard left > 0 else { return close(.keyEnded) }
        // Looked at again after a day, so that no distant date overflows the timer.
        expiryTimer = schedule(.milliseconds(min(left, 86_400_000))) { $0.scheduleExpiry(milliseconds) }
    }

    func schedulePing() {
        pulseTimer = schedule(services.configuration.pingInterval) { handler in
            guard handler.phase == .open, let context = handler.context else { return }
            handler.pulse.pinged()
            handler.send(context, .ping, ByteBuffer())
            context.flush()
            handler.schedulePulseCheck()
        }
    }

    private func schedulePulseCheck() {
        pulseTimer = schedule(services.configuration.pongTimeout) { handler in
            guard handler.phase == .open, let context = handler.context else { return }
            let isWritable = context.channel.isWritable
            // While a message is worked on nothing is read, and so no pong is seen.
            if handler.pulse.isDead(canHear: !handler.inbox.isBusy || !isWritable) {
                handler.close(isWritable ? .silent : .tooSlow)
            } else {
                handler.schedulePing()
            }
        }
    }
}
