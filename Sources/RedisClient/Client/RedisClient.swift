package import Logging
package import NIOCore
import Synchronization

/// A client of one Redis server: commands over a few shared pipelined connections, subscriptions over one of their own.
///
/// It connects on first use, or when `run()` begins, and connects again by itself after each loss. Commands of
/// different tasks may be executed in any order; those one task awaits one after the other are executed in that order.
/// Every call returns: with the reply, or by the deadline, the cancellation, the loss of the connection or `close()`.
package final class RedisClient: Sendable {
    let configuration: RedisConfiguration
    let connections: [CommandConnection]
    let subscriptions: SubscriptionConnection
    private let nextConnection = Atomic<UInt32>(0)
    private let isClosed = Atomic<Bool>(false)

    /// Opens nothing yet.
    ///
    /// The group must live until the client is closed.
    package init(configuration: RedisConfiguration, eventLoopGroup: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
        let dialer = Dialer(configuration: configuration)
        let loops = Array(eventLoopGroup.makeIterator())
        let count = max(1, configuration.connectionCount ?? loops.count)
        connections = (0..<count).map { index in
            CommandConnection(dialer: dialer, eventLoop: loops[index % loops.count], logger: logger)
        }
        subscriptions = SubscriptionConnection(
            dialer: dialer,
            eventLoop: loops[count % loops.count],
            logger: logger
        )
    }

    deinit {
        // Nobody waits any more, or the client would live; a connection without client would live for ever.
        if !isClosed.load(ordering: .acquiring) { closeAll() }
    }

    /// Begins to connect.
    func start() {
        for connection in connections { connection.start() }
    }

    /// Closes all connections for good; returns when they are closed.
    ///
    /// What is in flight fails as by a lost connection, what comes later with `RedisError.closed`, and subscriptions
    /// end with that.
    package func close() async {
        isClosed.store(true, ordering: .releasing)
        for future in closeAll() {
            // Closing only fails where the event loop has ended, and the connection with it.
            do { try await future.get() } catch { continue }
        }
    }

    @discardableResult
    private func closeAll() -> [EventLoopFuture<Void>] {
        connections.map { $0.close() } + [subscriptions.close()]
    }

    /// Connections in turn, passing over those that are down while another is up.
    func connection() -> CommandConnection {
        guard connections.count > 1 else { return connections[0] }
        let turn = Int(nextConnection.wrappingAdd(1, ordering: .relaxed).oldValue)
        let preferred = connections[turn % connections.count]
        if preferred.isUp { return preferred }
        preferred.start()
        return connections.first { $0.isUp } ?? preferred
    }
}
