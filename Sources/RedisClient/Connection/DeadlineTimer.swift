import NIOCore

/// The one timer of a connection, for the earliest of many deadlines.
struct DeadlineTimer {
    /// Deadlines closer together than this share one firing.
    private static let granularity = TimeAmount.milliseconds(5)

    private var scheduled: Scheduled<Void>?
    private var fires = NIODeadline.distantFuture

    /// On the event loop.
    ///
    /// Sees to it that `action` is run at most 5 ms after `deadline`, and not before it.
    mutating func set(for deadline: NIODeadline, on eventLoop: any EventLoop, _ action: @escaping @Sendable () -> Void)
    {
        guard deadline != .distantFuture else { return }
        let wanted = deadline + Self.granularity
        guard wanted < fires else { return }
        scheduled?.cancel()
        fires = wanted
        scheduled = eventLoop.scheduleTask(deadline: wanted, action)
    }

    /// The action begins: the next deadline needs a new firing.
    mutating func fired() {
        scheduled = nil
        fires = .distantFuture
    }

    mutating func cancel() {
        scheduled?.cancel()
        fired()
    }
}
