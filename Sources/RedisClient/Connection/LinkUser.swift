import NIOCore

/// Whoever a link is kept up for.
///
/// All calls come on the link's event loop.
protocol LinkUser: AnyObject, Sendable {
    /// The connection is authenticated and ready.
    func linkUp(_ channel: any Channel)
    /// Replies, in order. Returns what is wrong with them, if they make no sense; the connection is then given up.
    func linkReceived(_ replies: [RedisValue]) -> String?
    /// The socket takes bytes again.
    func linkWritable()
    /// The connection that was up is lost. `violation` if it was given up for what the server sent.
    func linkLost(violation: String?)
    /// There has been no connection for too long: whoever waits for one is not to wait any longer.
    func linkUnavailable(_ reason: String)
    /// Nothing more will come.
    func linkClosed()
}
