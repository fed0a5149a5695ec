import Logging
import NIOCore
import Synchronization

/// The connection that all subscription scopes share.
///
/// It is opened by the first of them and then kept.
final class SubscriptionConnection: LinkUser {
    private struct State {
        var table: SubscriptionTable<SubscriptionBuffer>
        var isStarted = false
        var isClosed = false
        var isFlushRequested = false

        /// Whether nobody has asked for a flush yet.
        mutating func requestFlush() -> Bool {
            defer { isFlushRequested = true }
            return !isFlushRequested
        }
    }

    /// Touched on the event loop only.
    private struct Loop {
        var channel: (any Channel)?
        var probe: Scheduled<Void>?
        var wasHeard = false
        var isProbed = false
    }

    private let link: Link
    private let pingInterval: Duration
    private let state: Mutex<State>
    private let loop: NIOLoopBoundBox<Loop>

    init(dialer: Dialer, eventLoop: any EventLoop, logger: Logger) {
        link = Link(dialer: dialer, eventLoop: eventLoop, logger: logger)
        pingInterval = dialer.configuration.subscriptionPingInterval
        state = Mutex(State(table: SubscriptionTable(maxExpected: dialer.configuration.maxPending)))
        loop = .makeBoxSendingValue(Loop(), eventLoop: eventLoop)
    }

    func join(
        _ topics: Set<SubscriptionTopic>,
        capacity: Int
    ) throws(RedisError) -> (id: UInt64, buffer: SubscriptionBuffer) {
        var mustStart = false
        let joined = try state.withLock { state throws(RedisError) -> (UInt64, SubscriptionBuffer, Bool) in
            guard !state.isClosed else { throw .closed }
            let scope = state.table.join(topics) { SubscriptionBuffer(capacity: capacity, first: $0) }
            guard let scope else { throw .backlogFull }
            mustStart = !state.isStarted
            state.isStarted = true
            return (scope.id, scope.sink, state.requestFlush())
        }
        if mustStart { link.start(for: self) }
        if joined.2 { link.eventLoop.execute { self.flush() } }
        return (joined.0, joined.1)
    }

    func leave(_ id: UInt64) {
        let needsFlush = state.withLock { state in
            state.table.leave(id)
            return state.requestFlush()
        }
        if needsFlush { link.eventLoop.execute { self.flush() } }
    }

    /// Complete when the connection is closed.
    ///
    /// All scopes end.
    func close() -> EventLoopFuture<Void> {
        linkClosed()
        return link.close()
    }

    // MARK: On the event loop

    private func flush() {
        let commands = state.withLock { state in
            state.isFlushRequested = false
            return state.table.takeOutgoing()
        }
        guard let channel = loop.value.channel, !commands.isEmpty else { return }
        let sizes = commands.map(CommandEncoder.size)
        var buffer = channel.allocator.buffer(capacity: sizes.reduce(0, +))
        for (command, size) in zip(commands, sizes) { CommandEncoder.encode(command, size: size, into: &buffer) }
        channel.writeAndFlush(buffer, promise: nil)
    }

    private func scheduleProbe() {
        loop.value.probe = link.eventLoop.scheduleTask(in: TimeAmount(pingInterval)) { [self] in probe() }
    }

    private func probe() {
        guard loop.value.channel != nil else { return }
        if !loop.value.wasHeard {
            guard !loop.value.isProbed else {
                return link.abandon("no answer to PING within \(pingInterval)")
            }
            loop.value.isProbed = true
            state.withLock { $0.table.ping() }
            flush()
        }
        loop.value.wasHeard = false
        scheduleProbe()
    }

    private func deliver(_ deliveries: [SubscriptionTable<SubscriptionBuffer>.Delivery]) {
        for delivery in deliveries {
            switch delivery.content {
            case .success(let event): if !delivery.sink.offer(event) { leave(delivery.scope) }
            case .failure(let error): delivery.sink.finish(error)
            }
        }
    }

    // MARK: LinkUser

    func linkUp(_ channel: any Channel) {
        loop.value.channel = channel
        loop.value.wasHeard = true
        loop.value.isProbed = false
        state.withLock { $0.table.connected() }
        flush()
        scheduleProbe()
    }

    func linkReceived(_ replies: [RedisValue]) -> String? {
        loop.value.wasHeard = true
        loop.value.isProbed = false
        var violation: String?
        let deliveries = state.withLock { state in
            var deliveries: [SubscriptionTable<SubscriptionBuffer>.Delivery] = []
            for reply in replies {
                do throws(RedisError) {
                    deliveries += try state.table.receive(reply)
                } catch {
                    violation = "\(error)"
                    break
                }
            }
            return deliveries
        }
        deliver(deliveries)
        // A refused scope has left its other topics.
        flush()
        return violation
    }

    func linkWritable() {}

    func linkLost(violation: String?) {
        loop.value.channel = nil
        loop.value.probe?.cancel()
        deliver(state.withLock { $0.table.disconnected(violation ?? "the connection was lost") })
    }

    func linkUnavailable(_ reason: String) {
        deliver(state.withLock { $0.table.unavailable(reason) })
    }

    func linkClosed() {
        let sinks = state.withLock { state in
            state.isClosed = true
            return state.table.leaveAll()
        }
        for sink in sinks { sink.finish(.closed) }
        guard link.eventLoop.inEventLoop else { return }
        loop.value.channel = nil
        loop.value.probe?.cancel()
    }
}
