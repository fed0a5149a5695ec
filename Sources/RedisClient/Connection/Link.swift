import Logging
import NIOCore

/// Keeps one connection to the server up for its user: dials, greets, and after each loss dials again, until closed.
///
/// It and its user hold on to each other from `start` until `close`.
final class Link: Sendable {
    private struct State {
        var machine: LinkMachine
        var user: (any LinkUser)?
        var channel: (any Channel)?
        var greeting: Greeting
        var greetingTimer: Scheduled<Void>?
        var graceTimer: Scheduled<Void>?
        var retryTimer: Scheduled<Void>?
        var lastReason: String
    }

    let eventLoop: any EventLoop
    private let dialer: Dialer
    private let logger: Logger
    /// Touched on the event loop only.
    private let state: NIOLoopBoundBox<State>

    init(dialer: Dialer, eventLoop: any EventLoop, logger: Logger) {
        self.dialer = dialer
        self.eventLoop = eventLoop
        self.logger = logger
        let state = State(
            machine: LinkMachine(backoff: dialer.configuration.reconnectBackoff),
            greeting: Greeting(configuration: dialer.configuration),
            lastReason: "no connection within \(dialer.configuration.connectTimeout)"
        )
        self.state = .makeBoxSendingValue(state, eventLoop: eventLoop)
    }

    /// Begins to connect, unless that was done before.
    ///
    /// From any thread.
    func start(for user: any LinkUser) {
        eventLoop.execute { [self] in
            guard state.value.machine.start() else { return }
            state.value.user = user
            startGrace()
            dial()
        }
    }

    /// Closes the connection for good; complete when it is closed.
    ///
    /// From any thread, also more than once.
    func close() -> EventLoopFuture<Void> {
        eventLoop.flatSubmit { [self] in
            let channel = state.value.channel
            guard state.value.machine.close() else { return eventLoop.makeSucceededVoidFuture() }
            for timer in [state.value.greetingTimer, state.value.graceTimer, state.value.retryTimer] { timer?.cancel() }
            let user = state.value.user
            state.value.channel = nil
            state.value.user = nil
            user?.linkClosed()
            guard let channel else { return eventLoop.makeSucceededVoidFuture() }
            channel.close(promise: nil)
            return channel.closeFuture
        }
    }

    // MARK: What happens to the channel; on the event loop

    func received(_ replies: [RedisValue], from channel: any Channel) {
        guard channel === state.value.channel else { return }
        if state.value.machine.phase == .greeting {
            greet(replies, channel)
        } else if let violation = state.value.user?.linkReceived(replies) {
            lost(.violation(violation), channel: channel)
        }
    }

    func writable(_ channel: any Channel) {
        guard channel === state.value.channel, state.value.machine.phase == .up else { return }
        state.value.user?.linkWritable()
    }

    /// Gives up `channel`, if it is still the link's.
    func lost(_ loss: LinkLoss, channel: any Channel) {
        guard channel === state.value.channel else { return }
        state.value.channel = nil
        channel.close(promise: nil)
        lost(loss)
    }

    /// Gives up the present connection; on the event loop.
    func abandon(_ reason: String) {
        guard let channel = state.value.channel else { return }
        lost(.broken(reason), channel: channel)
    }

    // MARK: Steps of an attempt

    private func dial() {
        let deadline = NIODeadline.now() + TimeAmount(dialer.configuration.connectTimeout)
        let limit = dialer.configuration.maxReplyBytes
        dialer.dial(on: eventLoop) { [self] in
            try RedisChannelHandler(link: self, maxReplyBytes: limit)
        }.whenComplete { [self] result in
            switch result {
            case .success(let channel): dialled(channel, deadline)
            case .failure(let error): lost(.broken(String(describing: error)))
            }
        }
    }

    private func dialled(_ channel: any Channel, _ deadline: NIODeadline) {
        guard state.value.machine.dialled() else { return channel.close(promise: nil) }
        guard channel.isActive else { return lost(.broken("the server closed the connection")) }
        state.value.channel = channel
        let greeting = Greeting(configuration: dialer.configuration)
        state.value.greeting = greeting
        state.value.greetingTimer = eventLoop.scheduleTask(deadline: deadline) { [self] in
            lost(.broken("the server did not greet in time"), channel: channel)
        }
        var buffer = channel.allocator.buffer(capacity: 256)
        for command in greeting.commands {
            CommandEncoder.encode(command, size: CommandEncoder.size(command), into: &buffer)
        }
        channel.writeAndFlush(buffer, promise: nil)
    }

    private func greet(_ replies: [RedisValue], _ channel: any Channel) {
        for (index, reply) in replies.enumerated() {
            switch state.value.greeting.receive(reply) {
            case .expectsMore:
                continue
            case .failed(let reason, let isRefusal):
                return lost(isRefusal ? .refused(reason) : .broken(reason), channel: channel)
            case .done:
                guard index == replies.count - 1 else {
                    return lost(.violation("a reply to no command"), channel: channel)
                }
                return greeted(channel)
            }
        }
    }

    private func greeted(_ channel: any Channel) {
        guard state.value.machine.greeted(now: .now()) else { return }
        state.value.greetingTimer?.cancel()
        state.value.graceTimer?.cancel()
        logger.debug("redis connected", metadata: ["server": "\(dialer.configuration)"])
        state.value.user?.linkUp(channel)
    }

    private func lost(_ loss: LinkLoss) {
        state.value.greetingTimer?.cancel()
        let reason =
            state.value.machine.phase == .greeting ? state.value.greeting.firstError ?? loss.reason : loss.reason
        let isRefusal = if case .refused = loss { true } else { false }
        guard
            case .retry(let delay, let wasUp, let tellWhy) = state.value.machine.lost(now: .now(), isRefusal: isRefusal)
        else { return }
        state.value.lastReason = reason
        logger.log(
            level: wasUp || isRefusal ? .warning : .debug,
            "redis connection \(wasUp ? "lost" : "failed")",
            metadata: ["server": "\(dialer.configuration)", "reason": "\(reason)", "retry": "\(delay)"]
        )
        state.value.retryTimer = eventLoop.scheduleTask(in: TimeAmount(delay)) { [self] in
            if state.value.machine.rested() { dial() }
        }
        if wasUp {
            startGrace()
            let violation: String? = if case .violation(let reason) = loss { reason } else { nil }
            state.value.user?.linkLost(violation: violation)
        }
        if tellWhy { state.value.user?.linkUnavailable(reason) }
    }

    private func startGrace() {
        let grace = TimeAmount(dialer.configuration.connectTimeout)
        state.value.graceTimer = eventLoop.scheduleTask(in: grace) { [self] in
            guard state.value.machine.graceOver() else { return }
            logger.warning(
                "redis not available",
                metadata: ["server": "\(dialer.configuration)", "reason": "\(state.value.lastReason)"]
            )
            state.value.user?.linkUnavailable(state.value.lastReason)
        }
    }
}
