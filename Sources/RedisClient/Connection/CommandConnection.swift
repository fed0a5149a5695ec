import Logging
import NIOCore
import Synchronization

/// One pipelined connection that any number of tasks share.
///
/// A task encodes its command into the outgoing bytes under the lock; the first to do so after a flush asks the event
/// loop for the next one, so that a batch costs one wake-up and one write. Replies resume the tasks in the order of
/// the wire. Each continuation is in the pipeline or among those who wait for a connection, and leaves it
/// exactly once.
final class CommandConnection: LinkUser {
    /// Resumed with nil where there is no connection now, and there may soon be one: wait, then try again.
    typealias CommandContinuation = CheckedContinuation<CommandOutcome?, any Error>
    typealias ConnectionContinuation = CheckedContinuation<Void, any Error>

    enum Availability {
        /// Not up, and still within the grace: whoever comes may wait.
        case awaited
        case up(any Channel)
        case unavailable(String)
        case closed
    }

    struct State {
        var pipeline: Pipeline<CommandContinuation>
        var waiters: ConnectionWaiters<ConnectionContinuation>
        var availability = Availability.awaited
        var isStarted = false
        var isFlushRequested = false
        /// Nobody's deadline is earlier.
        var earliestDeadline = NIODeadline.distantFuture
    }

    let link: Link
    let state: Mutex<State>
    /// Touched on the event loop only.
    private let timer: NIOLoopBoundBox<DeadlineTimer>

    init(dialer: Dialer, eventLoop: any EventLoop, logger: Logger) {
        link = Link(dialer: dialer, eventLoop: eventLoop, logger: logger)
        let configuration = dialer.configuration
        state = Mutex(
            State(
                pipeline: Pipeline(
                    maxPending: configuration.maxPending,
                    maxPendingBytes: configuration.maxPendingBytes
                ),
                waiters: ConnectionWaiters(limit: configuration.maxPending)
            )
        )
        timer = .makeBoxSendingValue(DeadlineTimer(), eventLoop: eventLoop)
    }

    var isUp: Bool {
        state.withLock { if case .up = $0.availability { true } else { false } }
    }

    /// Begins to connect, unless that was done before.
    func start() {
        let isFirst = state.withLock { state in
            defer { state.isStarted = true }
            return !state.isStarted
        }
        if isFirst { link.start(for: self) }
    }

    /// Complete when the connection is closed.
    ///
    /// What is in flight fails.
    func close() -> EventLoopFuture<Void> {
        // A link that was never started has no user to tell.
        linkClosed()
        return link.close()
    }

    // MARK: On the event loop

    /// Writes what waits, as far as the socket takes it, and sets the timer.
    func flush() {
        let (channel, earliest) = state.withLock { state -> ((any Channel)?, NIODeadline) in
            state.isFlushRequested = false
            let channel: (any Channel)? = if case .up(let channel) = state.availability { channel } else { nil }
            return (channel, state.earliestDeadline)
        }
        if let channel { write(to: channel) }
        timer.value.set(for: earliest, on: link.eventLoop) { [self] in expire() }
    }

    private func write(to channel: any Channel) {
        var hasWritten = false
        // What is left when the socket is full is taken up by `linkWritable`.
        while channel.isWritable, let bytes = state.withLock({ $0.pipeline.takeOutgoing() }) {
            channel.write(bytes, promise: nil)
            hasWritten = true
        }
        if hasWritten { channel.flush() }
    }

    private func expire() {
        timer.value.fired()
        let now = NIODeadline.now()
        let (late, waiting, earliest) = state.withLock { state in
            let late = state.pipeline.expire(now: now)
            let waiting = state.waiters.expire(now: now)
            state.earliestDeadline = min(state.pipeline.earliestDeadline, state.waiters.earliestDeadline)
            return (late, waiting, state.earliestDeadline)
        }
        timer.value.set(for: earliest, on: link.eventLoop) { [self] in expire() }
        for completion in late { completion.waiter.resume(returning: completion.outcome) }
        for waiter in waiting { waiter.resume(throwing: RedisError.deadlineExceeded(mayHaveBeenApplied: false)) }
    }

    // MARK: LinkUser

    func linkUp(_ channel: any Channel) {
        let waiting = state.withLock { state -> [ConnectionContinuation] in
            if case .closed = state.availability { return [] }
            state.availability = .up(channel)
            return state.waiters.leaveAll()
        }
        for waiter in waiting { waiter.resume() }
    }

    func linkReceived(_ replies: [RedisValue]) -> String? {
        var violation: String?
        let completions = state.withLock { state in
            var completions: [Pipeline<CommandContinuation>.Completion] = []
            completions.reserveCapacity(replies.count)
            for reply in replies {
                do throws(RedisError) {
                    if let completion = try state.pipeline.receive(reply) { completions.append(completion) }
                } catch {
                    violation = "a reply to no command"
                    break
                }
            }
            return completions
        }
        for completion in completions { completion.waiter.resume(returning: completion.outcome) }
        return violation
    }

    func linkWritable() {
        flush()
    }

    func linkLost(violation: String?) {
        leavePipeline(violation: violation) { state in
            if case .up = state.availability { state.availability = .awaited }
        }
    }

    func linkUnavailable(_ reason: String) {
        let waiting = state.withLock { state -> [ConnectionContinuation] in
            if case .closed = state.availability { return [] }
            state.availability = .unavailable(reason)
            return state.waiters.leaveAll()
        }
        for waiter in waiting { waiter.resume(throwing: RedisError.notConnected(reason)) }
    }

    func linkClosed() {
        leavePipeline(violation: nil) { $0.availability = .closed }
        let waiting = state.withLock { $0.waiters.leaveAll() }
        for waiter in waiting { waiter.resume(throwing: RedisError.closed) }
        if link.eventLoop.inEventLoop { timer.value.cancel() }
    }

    private func leavePipeline(violation: String?, _ change: (inout State) -> Void) {
        let failed = state.withLock { state in
            change(&state)
            return state.pipeline.connectionLost(violation: violation)
        }
        for completion in failed { completion.waiter.resume(returning: completion.outcome) }
    }
}
