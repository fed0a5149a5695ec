import NovaProcess
import NovaService

/// How a gateway serves WebSockets.
///
/// Every bound has a default that suits a small machine.
package struct WebSocketConfiguration: Sendable {
    /// Sockets open at once in this gateway, of one key, and of all keys of one owner.
    package var maximumSockets = WebSocketSettings().maximumSockets.default
    package var maximumSocketsPerKey = WebSocketSettings().maximumSocketsPerKey.default
    package var maximumSocketsPerOwner = WebSocketSettings().maximumSocketsPerOwner.default
    /// Channels one socket may be subscribed to.
    package var maximumSubscriptions = WebSocketSettings().maximumSubscriptions.default

    /// Bytes of one message of a client, its fragments together.
    ///
    /// Longer ones are answered by an error. The default has room for the largest result of a task, 256 KiB, with most of its
    /// characters escaped.
    package var maximumMessageBytes = WebSocketSettings().maximumMessageBytes.default
    /// Bytes of the messages of all sockets that have not come whole or are not done, beyond the first 64 KiB of each socket.
    ///
    /// At the bound, the socket that sends more is closed with 1013.
    package var maximumMessageBytesInFlight = WebSocketSettings().maximumMessageBytesInFlight.default
    /// Messages of a client that came in one burst and wait for their turn.
    ///
    /// More close the socket with 1008. While any waits, nothing more is read.
    package var maximumWaitingMessages = 1_024

    /// Messages and bytes that wait for a client to read, beyond what the operating system holds.
    ///
    /// More close the socket with 1013.
    package var maximumUnsentMessages = WebSocketSettings().maximumUnsentMessages.default
    package var maximumUnsentBytes = WebSocketSettings().maximumUnsentBytes.default

    /// Between two pings, and how long a pong may take before the peer counts as dead.
    package var pingInterval = WebSocketSettings().pingInterval.default
    package var pongTimeout = WebSocketSettings().pongTimeout.default
    /// How long the peer may take to answer a close frame, and to read what was sent before it.
    package var closeTimeout = WebSocketSettings().closeTimeout.default
    /// How long a subscriber waits for the events of its owner to be heard, and how long they may be unreadable.
    package var subscribeTimeout = WebSocketSettings().subscribeTimeout.default

    /// Events read from the log at once, for a client that catches up.
    package var pageSize = 50
    /// Events of an owner that wait to be given to its sockets.
    package var feedBuffer = 4_096

    /// Origins that browsers may open sockets from; `*` for all.
    package var allowedOrigins: [String] = []
    package var budgets = KeyBudgets()

    /// Bytes of a message that is still read whole, for its `ref`; longer ones close the socket with 1009.
    var maximumReadBytes: Int { 8 * maximumMessageBytes }

    package init() {}
}
